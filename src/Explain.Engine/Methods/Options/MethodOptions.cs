using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Options;

/// <summary>What a request says about how methods work.</summary>
public sealed record MethodOptions
{
    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>How many samples, steps or masks a method takes; null for its own number.</summary>
    public int? Samples { get; init; }

    /// <summary>How the map is smoothed.</summary>
    public Smoothing Smooth { get; init; }

    /// <summary>Whose constants and order of steps are used.</summary>
    public Compat Compat { get; init; }

    /// <summary>What attributions are measured from: a name of the table of baselines.</summary>
    public string Baseline { get; init; } = Baselines.Default;

    /// <summary>How paths are integrated: a name of the table of quadratures.</summary>
    public string Quadrature { get; init; } = Quadratures.Default;

    /// <summary>Rows and columns of what is covered at once, input pixels; null for a share of the input.</summary>
    public (int Height, int Width)? Window { get; init; }

    /// <summary>Rows and columns from one window to the next, input pixels; null for half a window.</summary>
    public (int Height, int Width)? Stride { get; init; }
}
