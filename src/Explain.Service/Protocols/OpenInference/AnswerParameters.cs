using Explain.Engine.Explaining;
using Explain.Service.Explaining;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>What is said of an explanation beside its tensors: the parameters of the answer, each a string.</summary>
internal static class AnswerParameters
{
    /// <summary>Those of an answer.</summary>
    /// <param name="explained">The explanation; null where nothing was explained.</param>
    /// <returns>By name: <c>layer</c>, and where there is something to say <c>partial</c> and <c>diagnostics</c>.</returns>
    public static IReadOnlyDictionary<string, string> Of(TensorAnswer? explained)
    {
        var said = new Dictionary<string, string>();
        if (explained is null)
            return said;
        said["layer"] = explained.Layer;
        if (PartialAnswers.Describe(explained.Partial) is { } partial)
            said["partial"] = partial;
        string[] lines = [.. explained.Diagnostics.SelectMany((found, item) => found.Select(d => $"{item} {d.Code}: {d.Message}"))];
        if (lines.Length > 0)
            said["diagnostics"] = string.Join('\n', lines);
        return said;
    }
}
