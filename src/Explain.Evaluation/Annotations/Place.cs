namespace Explain.Evaluation.Annotations;

/// <summary>Where something stands in a file of annotations.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">Its line, from 1; 0 where the whole file is meant.</param>
/// <param name="Part">What of the line, where lines are long; null for all of it.</param>
internal readonly record struct Place(string File, long Line = 0, string? Part = null)
{
    /// <summary>A failure that begins with the place.</summary>
    public FormatException Refusal(string what, Exception? cause = null) => new($"{this} {what}", cause);

    /// <inheritdoc/>
    public override string ToString() => $"'{File}'{(Line > 0 ? $" line {Line}" : "")}{(Part is null ? "" : $", {Part}")}";
}
