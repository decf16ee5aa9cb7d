using System.CommandLine;
using System.Text.Json.Nodes;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate;

/// <summary>What is asked of every picture.</summary>
/// <param name="Compare">Methods and layers.</param>
/// <param name="Parameters">What holds for all of them.</param>
/// <param name="Given">All of it as it was written.</param>
internal sealed record MapQuestion(
    CompareParameters Compare,
    ExplainParameters Parameters,
    IReadOnlyList<KeyValuePair<string, string>> Given
)
{
    /// <summary>What of it makes results belong together.</summary>
    public JsonObject Facts =>
        new(Given.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Value)));
}

/// <summary>The parameters of a request that a verb takes as options.</summary>
/// <param name="names">Which.</param>
internal sealed class QuestionOptions(params string[] names)
{
    private readonly Option<string?>[] _options =
    [
        .. ParameterTable
            .All.Where(p => names.Contains(p.Name))
            .Select(p => new Option<string?>("--" + p.Name) { Description = $"{p.Summary} (default: {p.Default})", HelpName = "TEXT" }),
    ];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => _options;

    /// <summary>What was said.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="scope">What kind of request it is.</param>
    /// <exception cref="Engine.Vocabulary.ExplainException">A value is not allowed.</exception>
    public MapQuestion Read(ParseResult parsed, ParameterScope scope)
    {
        KeyValuePair<string, string>[] given =
        [
            .. _options.Where(o => parsed.GetValue(o) is not null).Select(o => KeyValuePair.Create(o.Name[2..], parsed.GetValue(o)!)),
        ];
        var request = ParameterTable.Parse(scope, given);
        return new MapQuestion(request.Compare, request.Explain, given);
    }
}
