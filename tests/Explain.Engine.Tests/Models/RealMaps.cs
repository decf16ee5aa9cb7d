using System.Numerics.Tensors;
using Explain.Autodiff.Graphs;
using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>What a model of the reference data says of an image.</summary>
/// <param name="Input">The image as the model takes it.</param>
/// <param name="Logits">The class scores, one item.</param>
/// <param name="Map">The raw map, signed, [1, h, w].</param>
internal sealed record RealMap(FloatTensor Input, FloatTensor Logits, FloatTensor Map)
{
    /// <summary>The class with the largest score.</summary>
    public int Class => TensorPrimitives.IndexOfMax<float>(Logits.Values);

    /// <summary>The cosine of the angle between two maps.</summary>
    public double CosineTo(RealMap other) => TensorPrimitives.CosineSimilarity<float>(Map.Values, other.Map.Values);
}

/// <summary>Explains images of the reference data.</summary>
internal static class RealMaps
{
    /// <summary>The folder of a model.</summary>
    public static string Folder(string model) => SharedData.Path("models", model);

    /// <summary>Explains an image by the model of a folder.</summary>
    public static RealMap Explain(string folder, string file, string target = "predicted", string method = "gradcam")
    {
        using var loadedModel = ModelLoader.Load(ModelSource.FromPath(folder), Tiny.Sessions, TestContext.Current.CancellationToken);
        var model = loadedModel.View;
        return Explain(model, file, target, method);
    }

    /// <summary>Explains an image.</summary>
    public static RealMap Explain(Model model, string file, string target = "predicted", string method = "gradcam")
    {
        var image = Tiny.Images.Decode(File.ReadAllBytes(SharedData.Path("images", file)));
        var input = ImageInput.Of(model, Preprocessor.Prepare(image, model.Description.Input));
        var answer = model.Explain(input, method, target);
        return new RealMap(input, answer.Logits, answer.Map);
    }

    /// <summary>What the model's file itself, as it stands, gives for an input.</summary>
    public static float[] Untouched(string folder, FloatTensor input)
    {
        var graph = Graph.Parse(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var feeds = new Dictionary<string, Tensor>
        {
            [graph.Inputs.Single()] = new([.. input.Shape], Array.ConvertAll(input.Values, v => (double)v)),
        };
        return Runtime.Run(graph, feeds, optimised: true)[graph.Outputs.First()].Floats;
    }
}
