using System.Runtime.CompilerServices;

namespace Explain.Autodiff.Graphs;

/// <summary>What an operator computes, in terms of others.</summary>
/// <param name="n">The node.</param>
/// <returns>What is made of it, or why that is not known of this node: it stays as it is.</returns>
public delegate Parts Definition(Forward n);

/// <summary>
/// What a node is made of, one value an output (null: this one is not given), written <c>[y, null, z]</c>; or, as a text, why that is not
/// known. The default says neither: the node has a rule of its own.
/// </summary>
[CollectionBuilder(typeof(Parts), nameof(Of))]
public readonly record struct Parts
{
    private readonly Value?[]? _values;

    private Parts(Value?[]? values, string? whyNot)
    {
        (_values, WhyNot) = (values, whyNot);
    }

    /// <summary>Why it is not known what the node is made of; null when it is.</summary>
    public string? WhyNot { get; }

    /// <summary>The value of an output, or null.</summary>
    public Value? this[int output] => _values is { } values && output < values.Length ? values[output] : null;

    /// <summary>What a node is made of.</summary>
    public static Parts Of(ReadOnlySpan<Value?> values) => new(values.ToArray(), null);

    /// <summary>That it is not known what a node is made of.</summary>
    /// <param name="whyNot">Why, to be read behind the node's name: "its cache is quantised".</param>
    public static implicit operator Parts(string whyNot) => new(null, whyNot);

    /// <summary>The values of the outputs.</summary>
    public IEnumerator<Value?> GetEnumerator() => (_values ?? []).AsEnumerable().GetEnumerator();
}
