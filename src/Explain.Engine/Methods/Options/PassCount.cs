namespace Explain.Engine.Methods.Options;

/// <summary>How many batch items go through the model.</summary>
/// <param name="Forward">From the input to the scores.</param>
/// <param name="Head">From the target layer to the scores.</param>
/// <param name="Backward">From the scores back to the target layer.</param>
public sealed record PassCount(int Forward, int Head, int Backward)
{
    /// <summary>Both together.</summary>
    public static PassCount operator +(PassCount first, PassCount second) =>
        new(
            Whole((long)first.Forward + second.Forward),
            Whole((long)first.Head + second.Head),
            Whole((long)first.Backward + second.Backward)
        );

    /// <summary>So many times.</summary>
    public static PassCount operator *(PassCount passes, int times) =>
        new(Whole((long)passes.Forward * times), Whole((long)passes.Head * times), Whole((long)passes.Backward * times));

    private static int Whole(long count) => (int)Math.Min(count, int.MaxValue);
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

/// <summary>The rules that several methods share.</summary>
internal static class CostRules
{
    /// <summary>Nothing.</summary>
    public static readonly CostRule Free = _ => new(0, 0, 0);

    /// <summary>Backward passes for each target.</summary>
    public static CostRule Backwards(int each) => w => new(0, 0, each * w.Targets);

    /// <summary>Forward passes for all targets together.</summary>
    public static CostRule Forwards(Func<Workload, int> count) => w => new(count(w), 0, 0);

    /// <summary>Passes from the target layer on, for all targets together.</summary>
    public static CostRule Heads(Func<Workload, int> count) => w => new(0, count(w), 0);

    /// <summary>Gradients at other inputs: every target has its own, at inputs of its own.</summary>
    public static CostRule Gradients(Func<Workload, int> inputs) => w => new(inputs(w) * w.Targets, 0, inputs(w) * w.Targets);
}
