using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models;

/// <summary>
/// What a run is fed: the image or a layer in its place, the inputs beside it, and what the explaining graph takes. Owns native memory.
/// </summary>
internal sealed class Feeds : IDisposable
{
    private readonly Dictionary<string, RunTensor> _tensors = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, RunTensor> Tensors => _tensors;

    /// <summary>A batch of the image's input, and as many items of the others.</summary>
    public static Feeds Of(Model model, FloatTensor input) => Of(model, model.Description.Input.Name, input, (int)input.Shape[0]);

    /// <summary>A batch in the place of the image's input, and as many items of the others.</summary>
    public static Feeds Of(Model model, string name, FloatTensor values, int items)
    {
        var feeds = new Feeds().Add(name, RunTensor.Over(values));
        foreach (var (other, tensor) in model.Auxiliary.For(items))
            feeds.Add(other, tensor);
        return feeds;
    }

    /// <summary>One tensor more.</summary>
    public Feeds Add(string name, RunTensor tensor)
    {
        _tensors.Add(name, tensor);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }
}
