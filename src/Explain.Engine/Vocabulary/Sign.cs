namespace Explain.Engine.Vocabulary;

/// <summary>Which part of the evidence a map shows.</summary>
public enum Sign
{
    /// <summary>ReLU, as the papers.</summary>
    Positive,

    /// <summary>Evidence against: the ReLU of the negated map.</summary>
    Negative,

    /// <summary>No ReLU: signed values, diverging colours.</summary>
    Both,
}
