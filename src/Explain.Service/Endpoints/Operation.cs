namespace Explain.Service.Endpoints;

/// <summary>Marks an endpoint that makes a model compute: what it does. Such endpoints are measured.</summary>
/// <param name="Name">As metrics and the log name it.</param>
internal sealed record Operation(string Name)
{
    /// <summary>The route parameter that names the model, in all protocols.</summary>
    public const string ModelParameter = "model";

    /// <summary>Maps of one method.</summary>
    public static Operation Explain { get; } = new("explain");

    /// <summary>Maps of several methods.</summary>
    public static Operation Compare { get; } = new("compare");

    /// <summary>What the model computes, unexplained.</summary>
    public static Operation Predict { get; } = new("predict");

    /// <summary>What an explanation would cost.</summary>
    public static Operation Estimate { get; } = new("estimate");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Operation> All { get; } = [Explain, Predict, Compare, Estimate];
}
