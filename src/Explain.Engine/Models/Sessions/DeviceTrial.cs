using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;
using Microsoft.ML.OnnxRuntime;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>Tries on a small net whether what a run leaves in the memory of a device is found there, copied and made into maps.</summary>
internal static class DeviceTrial
{
    private const float Tolerance = 1e-5f;

    // Two items of two feature maps of two places.
    private static readonly long[] Shape = [2, 2, 1, 2];
    private static readonly float[] Values = [1, 2, 3, 4, 5, 6, 7, -8];

    // What is left are the values doubled: A = G, so M = Σ A · mean A.
    private static readonly float[] Second = [10, 12, 14, -16];
    private static readonly float[] Map = [48, 68, 96, 148];

    /// <summary>Why the memory cannot be used; null when it can.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="addTo">Lets sessions run on the device.</param>
    public static string? WhyNot(DeviceMemory memory, Action<SessionOptions> addTo)
    {
        try
        {
            var graph = Graph.New("trial");
            var x = graph.AddInput("x", new TensorType(DataType.Float, [.. Shape.Select(d => (Dim)d)])).Name;
            graph.SetOutputs(graph.Append("Add", [x, x], 1, []).Output);
            using var options = SessionFactory.Common(null);
            addTo(options);
            using var session = SessionFactory.Open(graph, options, CancellationToken.None);
            using var values = RunTensor.Over(Shape, Values);
            var feeds = new Dictionary<string, RunTensor> { [x] = values };
            using var left = SessionRun.Run(session, feeds, null, [new(session.OutputNames[0], memory)], CancellationToken.None)[0];
            using var second = left.Part(1, 1);
            feeds = new Dictionary<string, RunTensor> { [MapGraph.Activation] = left, [MapGraph.Gradient] = left };
            using var map = memory.Map(MapFormulas.GradCam, MapAxes.Planes, feeds, CancellationToken.None);
            return !Agree(second.Values, Second) ? "values that were copied from there are others than those computed"
                : !Agree(map.Values, Map) ? "a map that was made there is another than on the host"
                : null;
        }
        catch (Exception e) when (e is NotSupportedException or OnnxRuntimeException)
        {
            return e.Message;
        }
    }

    private static bool Agree(ReadOnlySpan<float> actual, float[] expected)
    {
        if (actual.Length != expected.Length)
            return false;
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(actual[i] - expected[i]) <= Tolerance * MathF.Abs(expected[i])))
                return false;
        }
        return true;
    }
}
