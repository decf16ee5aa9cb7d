namespace Explain.Engine.Models.Layouts;

/// <summary>What an axis of a tensor runs over.</summary>
internal enum Axis
{
    /// <summary>Something else, or nobody knows.</summary>
    Other,

    /// <summary>The images of a batch.</summary>
    Batch,

    /// <summary>Channels.</summary>
    Channel,

    /// <summary>A part of what is, or becomes, the channels: heads, or the pixels inside a patch.</summary>
    Part,

    /// <summary>Rows.</summary>
    Row,

    /// <summary>Columns.</summary>
    Column,

    /// <summary>Patches in reading order, with further tokens around them.</summary>
    Token,
}

/// <summary>What the axes of a tensor run over.</summary>
/// <param name="Names">One an axis.</param>
/// <param name="Tokens">The grid of its tokens, where it has an axis of them.</param>
internal sealed record Axes(IReadOnlyList<Axis> Names, TokenGrid? Tokens = null)
{
    /// <summary>
    /// What the values were before axes were joined, as group normalisations do: the same shape brings the same axes back.
    /// </summary>
    public (Axes Axes, IReadOnlyList<long> Dims)? Before { get; init; }

    /// <summary>Feature maps as convolutions have them.</summary>
    public static readonly Axes Maps = new([Axis.Batch, Axis.Channel, Axis.Row, Axis.Column]);

    /// <summary>The layout of a candidate layer; null when these are no feature maps of every image.</summary>
    /// <param name="dims">Extents.</param>
    /// <param name="batch">Images in the batch.</param>
    public LayerLayout? Layout(IReadOnlyList<long> dims, long batch)
    {
        // The name of the batch is lost where an axis of extent 1 is dropped and comes back.
        var name = string.Concat(
            Names.Select(
                (n, axis) =>
                    n switch
                    {
                        Axis.Batch or Axis.Other or Axis.Part when dims[axis] == batch => 'N',
                        Axis.Channel => 'C',
                        Axis.Row => 'H',
                        Axis.Column => 'W',
                        Axis.Token => 'T',
                        _ => '?',
                    }
            )
        );
        return name switch
        {
            "NCHW" => LayerLayout.Nchw,
            "NHWC" => LayerLayout.Nhwc,
            "NTC" or "TNC" or "NCT" when Tokens is { Patches: > 1 } => new LayerLayout(name) { Tokens = Tokens },
            _ => null,
        };
    }

    /// <summary>The same axes, one of them renamed; tokens that are no longer there are forgotten.</summary>
    public Axes With(int axis, Axis name) => Of([.. Names.Select((n, a) => a == axis ? name : n)], Tokens);

    /// <summary>Axes of which one may be of tokens.</summary>
    public static Axes Of(IReadOnlyList<Axis> names, TokenGrid? tokens) => new(names, names.Contains(Axis.Token) ? tokens : null);
}
