namespace Explain.Engine.Methods.Options;

/// <summary>How many rows go through the model.</summary>
/// <param name="Forward">From the input to the scores.</param>
/// <param name="Head">From the target layer to the scores.</param>
/// <param name="Backward">From the scores back to the target layer.</param>
public sealed record PassCount(int Forward, int Head, int Backward)
{
    /// <summary>Both together.</summary>
    public static PassCount operator +(PassCount first, PassCount second) =>
        new(first.Forward + second.Forward, first.Head + second.Head, first.Backward + second.Backward);
}

/// <summary>What the number of passes depends on.</summary>
/// <param name="Channels">Channels of the target layer.</param>
/// <param name="Height">Rows of the target layer.</param>
/// <param name="Width">Columns of the target layer.</param>
/// <param name="InputHeight">Rows of the input.</param>
/// <param name="InputWidth">Columns of the input.</param>
/// <param name="Targets">Number of targets.</param>
/// <param name="Options">What the request says about how methods work.</param>
internal sealed record Workload(int Channels, int Height, int Width, int InputHeight, int InputWidth, int Targets, MethodOptions Options);

/// <summary>The passes a method takes at one layer, besides the one forward pass of every request.</summary>
internal delegate PassCount CostRule(Workload work);
