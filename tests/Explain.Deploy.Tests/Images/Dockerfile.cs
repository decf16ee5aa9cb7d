using System.Text.Json;
using System.Text.RegularExpressions;

namespace Explain.Deploy.Tests.Images;

/// <summary>An instruction of a Dockerfile, its lines joined.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Text">What follows the name.</param>
internal sealed record Instruction(string Name, string Text)
{
    /// <summary>The words, options with <c>--</c> left out.</summary>
    public string[] Words =>
        [.. Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(w => !w.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>The words of the exec form at the end: <c>["a", "b"]</c>.</summary>
    public string[] Exec => JsonSerializer.Deserialize<string[]>(Text[Text.IndexOf('[', StringComparison.Ordinal)..])!;
}

/// <summary>A Dockerfile as its stages, each a list of instructions that begins with FROM.</summary>
/// <param name="Stages">The stages.</param>
/// <param name="Arguments">The defaults of what stages may be built on, as <c>${NAME}</c>.</param>
internal sealed partial record Dockerfile(IReadOnlyList<IReadOnlyList<Instruction>> Stages, IReadOnlyDictionary<string, string> Arguments)
{
    private static readonly string[] Known =
    [
        "FROM",
        "ARG",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
    ];

    /// <summary>The stage that becomes the image.</summary>
    public IReadOnlyList<Instruction> Image => Stages[^1];

    /// <summary>Reads a Dockerfile of this repository.</summary>
    public static Dockerfile Read(string file)
    {
        var text = string.Join('\n', File.ReadAllLines(Repository.PathOf(file)).Where(line => !line.TrimStart().StartsWith('#')));
        var stages = new List<List<Instruction>> { new() };
        foreach (var line in Continuation().Replace(text, " ").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var instruction = new Instruction(
                line[..line.IndexOf(' ', StringComparison.Ordinal)],
                line[line.IndexOf(' ', StringComparison.Ordinal)..].Trim()
            );
            Assert.Contains(instruction.Name, Known);
            if (instruction.Name == "FROM")
                stages.Add([]);
            stages[^1].Add(instruction);
        }
        var arguments = stages[0].Select(a => a.Text.Split('=', 2)).ToDictionary(a => $"${{{a[0]}}}", a => a[1]);
        return new Dockerfile([.. stages.Skip(1)], arguments);
    }

    /// <summary>The instructions of a name in the image's stage.</summary>
    public IEnumerable<Instruction> All(string name) => Image.Where(i => i.Name == name);

    /// <summary>The one instruction of a name in the image's stage.</summary>
    public Instruction One(string name) => Assert.Single(All(name));

    /// <summary>The environment of the image's stage.</summary>
    public Dictionary<string, string> Environment() =>
        All("ENV").SelectMany(e => e.Words).Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => w[1]);

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continuation();
}
