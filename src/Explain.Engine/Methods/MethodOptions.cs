namespace Explain.Engine.Methods;

/// <summary>What a request says about how methods work.</summary>
internal sealed record MethodOptions
{
    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>How many samples, steps or masks a method takes; null for its own number.</summary>
    public int? Samples { get; init; }

    /// <summary>Whose constants and order of steps are used.</summary>
    public Compat Compat { get; init; }

    /// <summary>Rows and columns of what is covered at once, input pixels; null for a share of the input.</summary>
    public (int Height, int Width)? Window { get; init; }

    /// <summary>Rows and columns from one window to the next, input pixels; null for half a window.</summary>
    public (int Height, int Width)? Stride { get; init; }

    /// <summary>The time there is.</summary>
    public TimeBudget Time { get; init; } = new(null);
}
