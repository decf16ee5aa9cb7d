namespace Explain.Engine.Objectives;

/// <summary>A class to explain: an index, or a place in the ranking of the scores.</summary>
/// <param name="Code">A class index; -1 - r for the class with the (r + 1)-th largest score.</param>
internal readonly record struct Target(long Code)
{
    /// <summary>The class with the largest score.</summary>
    public static readonly Target Predicted = new(-1);

    /// <summary>The class index, once the scores are known.</summary>
    public int Resolve(IReadOnlyList<int> ranking) => Code < 0 ? ranking[(int)(-1 - Code)] : (int)Code;
}
