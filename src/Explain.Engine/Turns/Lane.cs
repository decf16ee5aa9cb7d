namespace Explain.Engine.Turns;

/// <summary>Kinds of work that do not wait for each other.</summary>
public enum Lane
{
    /// <summary>A few passes: predictions, one map.</summary>
    Light,

    /// <summary>Many passes: methods that sample, comparisons.</summary>
    Heavy,
}
