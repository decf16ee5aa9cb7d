using System.Globalization;
using Explain.Engine.Images;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Parameters;

/// <summary>Reads the text of parameter values. Each throws <see cref="FormatException"/> with what is allowed.</summary>
internal static class ParameterValues
{
    /// <summary>Most targets one request may name: each costs a backward pass.</summary>
    public const int MaxTargets = 100;

    public static string OneOf(string text, IReadOnlyList<string> choices, params string[] notYet)
    {
        if (choices.Contains(text, StringComparer.Ordinal))
            return text;
        if (notYet.Contains(text, StringComparer.Ordinal))
            throw new FormatException($"'{text}' is not available yet; allowed: {string.Join(", ", choices)}");
        throw new FormatException(
            $"'{Spelling.Shown(text)}' is not allowed;{Spelling.Hint(text, choices)} allowed: {string.Join(", ", choices)}"
        );
    }

    public static float Number(string text, float low, float high, bool highAllowed = true)
    {
        var allowed = highAllowed ? $"a number from {low} to {high}" : $"a number from {low} to below {high}";
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
            throw new FormatException($"'{Spelling.Shown(text)}' is not a number; allowed: {allowed}");
        if (value < low || value > high || (value == high && !highAllowed))
            throw new FormatException($"{Spelling.Shown(text)} is out of range; allowed: {allowed}");
        return value;
    }

    public static RegionThreshold Threshold(string text)
    {
        const string Percentile = RegionThreshold.PercentilePrefix;
        if (text == RegionThreshold.OtsuName)
            return RegionThreshold.Otsu;
        var isPercentile = text.StartsWith(Percentile, StringComparison.Ordinal);
        var (number, end) = isPercentile ? (text[Percentile.Length..], 100f) : (text, 1f);
        var isNumber = float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        if (!isNumber || !(value >= 0 && value < end) || (isPercentile && value == 0))
            throw new FormatException($"'{Spelling.Shown(text)}' is not allowed; allowed: {RegionThreshold.Allowed}");
        return isPercentile ? RegionThreshold.Percentile(value) : RegionThreshold.Share(value);
    }

    /// <summary>Null for all: the names of answers that do not use the parameter stay.</summary>
    public static string? Boxes(string text) => OneOf(text, RegionRules.Names) is var name && name == RegionRules.All ? null : name;

    public static int Integer(string text, int low, int high)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high)
            return value;
        throw new FormatException($"'{Spelling.Shown(text)}' is not allowed; allowed: a whole number from {low} to {high}");
    }

    /// <summary>Checks what can be checked of a target list without the model's labels.</summary>
    public static string Targets(string text)
    {
        if (StrictJson.IsObjectOrArray(text))
            return text;
        var targets = text.Split(',', StringSplitOptions.TrimEntries);
        if (targets.Any(t => t.Length == 0))
            throw new FormatException("has an empty entry; allowed: a class index, a label, predicted, top:K, or a comma list of those");
        var count = targets.Sum(t => t.StartsWith("top:", StringComparison.Ordinal) ? Integer(t["top:".Length..], 1, MaxTargets) : 1);
        if (count > MaxTargets)
            throw new FormatException($"names {count} classes; allowed: at most {MaxTargets}");
        return text;
    }

    public static IReadOnlyList<string> Methods(string text, IReadOnlyList<string> known)
    {
        if (text == "all")
            return [];
        // A plus sign in a query arrives as a space: ?methods=gradcam++.
        var methods = text.Split(',').Select(m => OneOf(m.TrimStart().Replace(' ', '+'), known)).ToArray();
        return methods.Distinct().Count() == methods.Length
            ? methods
            : throw new FormatException($"'{Spelling.Shown(text)}' names a method twice");
    }

    public static string Score(string text)
    {
        const string Contrast = "contrast:";
        if (text.StartsWith(Contrast, StringComparison.Ordinal) && text.AsSpan(Contrast.Length).Trim().Length > 0)
            return text;
        return OneOf(text, ScoreNames);
    }

    public static IReadOnlyList<string> ScoreNames { get; } =
    ["logit", "probability", "log-probability", "rest", "counterfactual", "contrast:CLASS"];

    public static RenderSize Size(string text) =>
        RenderSize.TryParse(text, out var size)
            ? size
            : throw new FormatException($"'{Spelling.Shown(text)}' is not allowed; allowed: {RenderSize.Allowed}");

    public static (int Height, int Width) Extent(string text)
    {
        const int Longest = 100_000;
        var sides = text.Split('x');
        return sides.Length switch
        {
            1 => (Integer(sides[0], 1, Longest), Integer(sides[0], 1, Longest)),
            2 => (Integer(sides[0], 1, Longest), Integer(sides[1], 1, Longest)),
            _ => throw new FormatException($"'{Spelling.Shown(text)}' is not allowed; allowed: a whole number, or ROWSxCOLUMNS"),
        };
    }

    public static Clip Clip(string text)
    {
        const string Unit = "abs:";
        var absolute = text.StartsWith(Unit, StringComparison.Ordinal);
        var ends = (absolute ? text[Unit.Length..] : text).Split(',');
        if (ends.Length != 2)
            throw new FormatException($"'{Spelling.Shown(text)}' is not a pair; allowed: {Images.Clip.Allowed}");
        float End(int i) => absolute ? Number(ends[i].Trim(), float.MinValue, float.MaxValue) : Number(ends[i].Trim(), 0, 100);
        var clip = new Clip(End(0), End(1), absolute);
        return clip.Low < clip.High
            ? clip
            : throw new FormatException($"'{Spelling.Shown(text)}' is empty; allowed: {Images.Clip.Allowed}");
    }

    public static AnswerParts Include(string text)
    {
        var parts = AnswerParts.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
            parts |= Enum.Parse<AnswerParts>(OneOf(name, PartNames), ignoreCase: true);
        return parts;
    }

    public static IReadOnlyList<string> PartNames { get; } =
    ["map", "boxes", "masks", "polygons", "image", "channels", "features", "faithfulness"];
}
