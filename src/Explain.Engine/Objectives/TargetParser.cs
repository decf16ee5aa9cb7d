using System.Globalization;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Objectives;

/// <summary>Reads target expressions against a model's labels.</summary>
/// <param name="labels">One a class; empty when the model has none.</param>
/// <param name="classes">Number of classes.</param>
internal sealed class TargetParser(IReadOnlyList<string> labels, int classes)
{
    /// <summary>Reads an expression list. The whole text is tried as one label first, because labels may contain commas.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.LabelNotFound"/>, <see cref="ExplainError.TargetOutOfRange"/> or
    /// <see cref="ExplainError.InvalidParameter"/>.
    /// </exception>
    public IReadOnlyList<Target> ParseList(string text)
    {
        if (TryWhole(text.Trim()) is { } whole)
            return [whole];
        var targets = text.Split(',').SelectMany(part => ParsePart(part.Trim())).ToArray();
        return targets.Distinct().Count() == targets.Length ? targets : throw Invalid($"'{text}' names a class twice");
    }

    /// <summary>Reads one class.</summary>
    public Target ParseOne(string text) =>
        TryWhole(text.Trim()) ?? (ParsePart(text.Trim()) is [var single] ? single : throw Invalid($"'{text}' is more than one class"));

    // A keyword or a number means the same alone and in a list, whatever the labels are.
    private Target? TryWhole(string text) => IsPredicted(text) || IsTop(text) || TryNumber(text, out _) ? null : TryLabel(text);

    private static bool IsPredicted(string text) => text.Equals("predicted", StringComparison.OrdinalIgnoreCase);

    private static bool IsTop(string text) => text.StartsWith("top:", StringComparison.OrdinalIgnoreCase);

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private Target[] ParsePart(string text)
    {
        if (IsPredicted(text))
            return [Target.Predicted];
        if (IsTop(text))
        {
            if (!int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
                throw Invalid($"'{text}' needs a whole number from 1 to {classes}");
            return count <= classes
                ? [.. Enumerable.Range(0, count).Select(r => new Target(-1 - r))]
                : throw OutOfRange($"'{text}' asks for more than the model's {classes} classes");
        }
        if (TryNumber(text, out var index))
        {
            return index >= 0 && index < classes
                ? [new Target(index)]
                : throw OutOfRange($"class {index} does not exist; the classes are 0 to {classes - 1}");
        }

        if (text.Length == 0)
            throw Invalid("an empty class name");
        return [TryLabel(text) ?? throw NotFound(text)];
    }

    // Exact first; then a prefix, if only one label has it. A label may list synonyms after commas, and each of them counts.
    private Target? TryLabel(string text)
    {
        if (text.Length == 0)
            return null;
        var exact = Matching(l => l.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (exact.Length == 0)
            exact = Matching(l => l.Split(',').Any(s => s.Trim().Equals(text, StringComparison.OrdinalIgnoreCase)));
        // Some label sets name two classes alike.
        if (exact.Length > 0)
            return exact.Length == 1 ? new Target(exact[0]) : null;
        var prefixed = Matching(l => l.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return prefixed.Length == 1 && !char.IsAsciiDigit(text[0]) ? new Target(prefixed[0]) : null;
    }

    private int[] Matching(Func<string, bool> matches) => [.. Enumerable.Range(0, labels.Count).Where(i => matches(labels[i]))];

    private ExplainException NotFound(string text)
    {
        var near = Near(text).Take(5).Select(i => $"{i} '{labels[i]}'").ToArray();
        var hint =
            labels.Count == 0 ? "the model has no labels; use a class index"
            : near.Length > 0 ? $"did you mean {string.Join(" or ", near)}?"
            : "see the model's labels";
        return new ExplainException(ExplainError.LabelNotFound, $"no single label matches '{text}'; {hint}");
    }

    // Labels that hold the text; else those that are spelled nearly like it, whole or by one of their synonyms.
    private int[] Near(string text)
    {
        var holding = Matching(l => l.Contains(text, StringComparison.OrdinalIgnoreCase));
        return holding.Length > 0 || Spelling.Closest(text, labels.SelectMany(Names)) is not { } meant
            ? holding
            : Matching(l => Names(l).Contains(meant));
    }

    private static IEnumerable<string> Names(string label) => label.Split(',').Select(name => name.Trim()).Prepend(label);

    private static ExplainException OutOfRange(string message) => new(ExplainError.TargetOutOfRange, message);

    private static ExplainException Invalid(string message) => ExplainException.Parameter("target", message);
}
