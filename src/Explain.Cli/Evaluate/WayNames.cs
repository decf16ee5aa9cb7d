using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>What ways are called: no more than it takes to tell each from the others.</summary>
/// <param name="ways">All of them.</param>
internal sealed class WayNames(IReadOnlyList<Way> ways)
{
    /// <summary>The name of one.</summary>
    public string Of(Way way)
    {
        var layers = ways.Where(w => w.Model == way.Model && w.Method == way.Method).Select(w => w.Layer).Distinct().Count();
        var models = ways.Select(w => w.Model).Distinct().Count();
        return $"{(models > 1 ? $"{way.Model}: " : "")}{way.Method}{(layers > 1 ? $" at {way.Layer}" : "")}";
    }
}
