namespace Explain.Engine.Parameters;

/// <summary>Which requests a parameter belongs to.</summary>
[Flags]
public enum ParameterScope
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Explaining an image.</summary>
    Image = 1,

    /// <summary>Classifying an image.</summary>
    Classes = 2,

    /// <summary>Explaining a tensor.</summary>
    Tensor = 4,

    /// <summary>Explaining an image in several ways.</summary>
    Compare = 8,
}

/// <summary>What the value of a parameter is made of.</summary>
public enum ParameterKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A finite number, or a text that stands for one.</summary>
    NumberOrText,
}

/// <summary>One row of the parameter table.</summary>
/// <param name="Name">Name, the same in the query, in multipart fields, in JSON and on the command line.</param>
/// <param name="Scope">The requests that know it.</param>
/// <param name="Summary">What it does, one sentence.</param>
/// <param name="Values">What is allowed, in words.</param>
/// <param name="Default">What holds when it is not given, in words.</param>
/// <param name="Apply">
/// Puts the value into a request; throws <see cref="FormatException"/> with a message that continues "parameter: ".
/// </param>
public sealed record Parameter(
    string Name,
    ParameterScope Scope,
    string Summary,
    string Values,
    string Default,
    Func<RequestParameters, string, RequestParameters> Apply
)
{
    /// <summary>What the value is made of.</summary>
    public ParameterKind Kind { get; init; }

    /// <summary>Every allowed value, where they can be listed; else empty.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether JSON requests may give an object or an array instead of its text.</summary>
    public bool TakesJson { get; init; }
}
