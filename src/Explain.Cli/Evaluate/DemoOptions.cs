using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Images;

namespace Explain.Cli.Evaluate;

/// <summary>The options that ask for generated scenes.</summary>
internal sealed class DemoOptions
{
    private const int UsualScenes = 10;
    private const int MostScenes = 10_000;

    // Neither the images that the demo model was trained on nor those it was chosen on.
    private const ulong FreshSeed = 2026;

    private readonly Option<bool> _demo = new("--demo")
    {
        Description = "Measure generated scenes, whose boxes and masks are exact, in the place of a folder",
    };

    private readonly Option<ulong?> _scenes = NumberOption.Create("--scenes", "How many, with --demo", UsualScenes, 1, MostScenes);

    private readonly Option<ulong?> _seed = NumberOption.Create(
        "--scene-seed",
        "Which series of them, with --demo",
        FreshSeed,
        0,
        ulong.MaxValue
    );

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_demo, _scenes, _seed];

    /// <summary>The scenes that are asked for; null for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">What says which pictures else, and how they are read.</param>
    /// <exception cref="UsageException">Other pictures are asked for, too, or an option is of no use without scenes.</exception>
    public GeneratedScenes? Read(ParseResult parsed, IEnumerable<Symbol> others)
    {
        var demo = parsed.GetValue(_demo);
        string[] given = [.. (demo ? others : [_scenes, _seed]).Where(IsGiven).Select(symbol => symbol.Name)];
        return (demo, given) switch
        {
            (true, []) => new GeneratedScenes((int)parsed.GetValue(_scenes)!.Value, parsed.GetValue(_seed)!.Value, new VipsImageCodec()),
            (true, _) => throw new UsageException($"--demo has pictures of its own; leave out {string.Join(", ", given)}, or --demo"),
            (false, []) => null,
            (false, _) => throw new UsageException($"{string.Join(" and ", given)} need{(given.Length == 1 ? "s" : "")} --demo"),
        };

        bool IsGiven(Symbol symbol) =>
            symbol switch
            {
                Option option => parsed.GetResult(option) is { Implicit: false },
                Argument argument => parsed.GetResult(argument) is { Tokens.Count: > 0 },
                _ => false,
            };
    }
}
