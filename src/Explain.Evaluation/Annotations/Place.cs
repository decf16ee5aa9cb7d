namespace Explain.Evaluation.Annotations;

/// <summary>Where something stands in a file of annotations.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">Its line, from 1; 0 where the whole file is meant.</param>
/// <param name="Byte">The byte of the line, from 1; 0 where the whole line is meant.</param>
internal readonly record struct Place(string File, long Line = 0, long Byte = 0)
{
    /// <summary>A failure that begins with the place.</summary>
    public FormatException Refusal(string what, Exception? cause = null) => new($"{this}{(Byte > 0 ? "," : "")} {what}", cause);

    /// <inheritdoc/>
    public override string ToString() => $"'{File}'{(Line > 0 ? $" line {Line}" : "")}{(Byte > 0 ? $", byte {Byte}" : "")}";
}
