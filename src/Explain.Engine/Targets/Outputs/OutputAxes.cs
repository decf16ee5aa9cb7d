using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>The axes of one item of an output.</summary>
/// <param name="Output">Name of the tensor.</param>
/// <param name="Extents">Extents behind the batch axis, -1 where they depend on the image.</param>
/// <param name="ChannelsLast">Whether the image has its channels last, and so do maps.</param>
internal sealed record OutputAxes(string Output, IReadOnlyList<long> Extents, bool ChannelsLast)
{
    /// <summary>The axis asked for, or null.</summary>
    public int? Asked { get; init; }

    /// <summary>The model's labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Names of the entries of the class axis; empty when the labels are not its own.</summary>
    public IReadOnlyList<string> ClassLabels =>
        ClassAxis is { } axis && axis < Extents.Count && Labels.Count == Extents[axis] ? Labels : [];

    /// <summary>The number above which a map of a single class says that the class is there.</summary>
    public float Threshold { get; init; }

    /// <summary>
    /// Axis of the classes: the first of a map (the last where channels come last), the last of everything else; null where there is none.
    /// </summary>
    public int? ClassAxis =>
        Asked
        ?? Extents.Count switch
        {
            0 => null,
            3 => ChannelsLast ? 2 : 0,
            var count => count - 1,
        };

    /// <summary>How many numbers an item has; null when that depends on the image.</summary>
    public long? Count => Extents.All(e => e >= 0) ? Extents.Aggregate(1L, (a, b) => a * b) : null;

    /// <summary>The output and its extents, for messages.</summary>
    public string Text => $"'{Output}' is {OutputShape.Text(Extents)} for one image";

    /// <summary>Steps between neighbours along each axis.</summary>
    public int[] Strides()
    {
        var strides = new int[Extents.Count];
        for (var (axis, step) = (strides.Length - 1, 1); axis >= 0; step *= (int)Extents[axis--])
            strides[axis] = step;
        return strides;
    }

    /// <summary>A failure to fit these axes.</summary>
    public static ExplainException OutOfRange(string message) => new(ExplainError.TargetOutOfRange, message);

    /// <summary>A form of target that makes no sense for these axes.</summary>
    public static ExplainException Invalid(string message) => ExplainException.Parameter("target", message);
}
