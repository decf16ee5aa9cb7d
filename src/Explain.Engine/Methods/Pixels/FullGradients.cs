using System.Globalization;
using System.Numerics.Tensors;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Pixels;

/// <summary>
/// FullGrad (Srinivas and Fleuret 2019): the gradient of the input and those of all biases, which together make up the score.
/// </summary>
internal static class FullGradients
{
    // The authors' and pytorch-grad-cam's.
    private const float Epsilon = 1e-6f;
    private const float PytorchGradCamEpsilon = 1e-7f;

    // The layers whose biases pytorch-grad-cam knows.
    private static readonly string[] PytorchGradCamOperators = ["Conv", "BatchNormalization"];

    // The authors ask for 1e-4; float32 sums over large nets come to a few of it.
    private const double MostError = 1e-3;

    /// <summary>
    /// ψ(x · ∂y/∂x) + Σ ψ(b · ∂y/∂b) over all biases of feature maps (eq. 5), where ψ takes magnitudes, scales them to 0..1 and enlarges
    /// them bilinearly. The authors' code scales all maps of a layer together, pytorch-grad-cam each map. The sum without ψ is checked
    /// against the score (eq. 3).
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var biases = probe.Study.Model.Output.Biases;
        string[] layers = [probe.Layer, .. biases.Select(b => b.Value)];
        using var pass = probe.Differentiate(probe.Input, layers, GradientRules.Plain);
        var gradients = pass.Gradients;

        var input = new float[probe.Input.Values.Length];
        TensorPrimitives.Multiply(gradients[probe.Layer].Item(0), probe.Input.Values, input);
        var pixels = PixelValues.Of(probe, input);
        var (map, sum) = (new float[pixels.Height * pixels.Width], input.Sum(v => (double)v));
        var perMap = probe.Study.Options.Compat == Compat.PytorchGradCam;
        Add(pixels.Values, pixels.Height, pixels.Width, perMap, map, pixels.Height, pixels.Width);
        foreach (var bias in biases)
        {
            var values = Times(gradients[bias.Value].Item(0), gradients[bias.Value].Shape, bias.Constant);
            sum += values.Sum(v => (double)v);
            if (bias.Maps is not { } layout || (perMap && !PytorchGradCamOperators.Contains(bias.Operator)))
                continue;
            using var tensor = RunTensor.Over([1, .. gradients[bias.Value].Shape.Skip(1)], values);
            var maps = FeatureMaps.Of(tensor, 0, layout);
            Add(maps.Values.ToArray(), maps.Height, maps.Width, perMap, map, pixels.Height, pixels.Width);
        }
        var completeness = new Completeness(sum, probe.Score);
        return new Attribution(null, pixels.Height, pixels.Width, map)
        {
            Completeness = completeness,
            Diagnostics = [.. Warning(completeness)],
        };
    }

    // Scaling is linear once the range is known, and so is enlarging: the maps of a layer are summed first.
    private static void Add(float[] values, int height, int width, bool perMap, float[] map, int mapHeight, int mapWidth)
    {
        TensorPrimitives.Abs(values, values);
        var area = height * width;
        var group = perMap ? area : values.Length;
        for (var at = 0; at < values.Length; at += group)
        {
            var maps = values.AsSpan(at, group);
            TensorPrimitives.Subtract(maps, TensorPrimitives.Min<float>(maps), maps);
            TensorPrimitives.Divide(maps, TensorPrimitives.Max<float>(maps) + (perMap ? PytorchGradCamEpsilon : Epsilon), maps);
        }
        var layer = new float[area];
        ChannelReductions.Sum(values, layer);
        var enlarged = new float[map.Length];
        Upsample.Bilinear(layer, height, width, enlarged, mapHeight, mapWidth);
        TensorPrimitives.Add(map, enlarged, map);
    }

    // The constant broadcasts against one item: its axes are those at the end.
    private static float[] Times(ReadOnlySpan<float> gradient, long[] shape, FloatTensor constant)
    {
        var values = new float[gradient.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (position, step, rest) = (0L, 1L, (long)i);
            for (var axis = 1; axis <= constant.Shape.Count && axis < shape.Length; axis++)
            {
                var (at, extent) = (rest % shape[^axis], constant.Shape[^axis]);
                if (extent > 1)
                    position += at * step;
                (step, rest) = (step * extent, rest / shape[^axis]);
            }
            values[i] = gradient[i] * constant.Values[position];
        }
        return values;
    }

    private static IEnumerable<Diagnostic> Warning(Completeness completeness)
    {
        if (completeness.Error > MostError)
        {
            yield return new(
                "completeness-off",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The gradients of input and biases add up to {completeness.Sum:G4}, the score is {completeness.Expected:G4}: "
                        + $"the model is not made of pieces that are linear."
                )
            );
        }
    }
}
