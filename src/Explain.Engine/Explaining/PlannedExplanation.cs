namespace Explain.Engine.Explaining;

/// <summary>A request that is checked against a model and has a price. Valid as long as the lease of the model is.</summary>
public sealed class PlannedExplanation
{
    internal PlannedExplanation(string method, IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, Price price)
    {
        (Method, Groups, Price) = (method, groups, price);
    }

    /// <summary>What it takes.</summary>
    public Price Price { get; }

    /// <summary>The method, or that there are several.</summary>
    internal string Method { get; }

    /// <summary>One list of plans for each tensor that its targets belong to.</summary>
    internal IReadOnlyList<IReadOnlyList<ExplainPlan>> Groups { get; }
}
