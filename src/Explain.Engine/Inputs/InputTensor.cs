namespace Explain.Engine.Inputs;

/// <summary>A tensor for an input of the model beside the image: a question, a state, a mask.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Row-major: numbers of any primitive type, or booleans. They become the model's own type where nothing is
/// lost.</param>
public sealed record InputTensor(IReadOnlyList<long> Shape, Array Values)
{
    /// <summary>Most extents of a tensor that a request may hold.</summary>
    public const int MaxRank = 16;

    /// <summary>No tensors by name.</summary>
    public static IReadOnlyDictionary<string, InputTensor> None { get; } = new Dictionary<string, InputTensor>();
}
