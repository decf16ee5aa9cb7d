using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Microsoft.ML.OnnxRuntime;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// Tries the engine's own operators on this machine: what the layout of blocks is, and whether a small net has the same gradient.
/// </summary>
internal static class NativeTrial
{
    private const double Tolerance = 1e-5;

    /// <summary>The channels of a block, or why there are none.</summary>
    public static (int? Block, string? Reason) Run()
    {
        try
        {
            if (Block() is not { } block)
                return (null, "convolutions do not compute in blocks of channels here");
            var difference = Difference(block);
            return difference <= Tolerance
                ? (block, null)
                : (null, $"on a small net the engine's own operators give a gradient that is off by {difference:g2} of its largest value");
        }
        catch (Exception e) when (e is NotSupportedException or OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Channels of a block, found by bringing a map into blocks that has its channel times 2 at each of two positions.</summary>
    private static int? Block()
    {
        var graph = Graph.New("trial");
        graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft.nchwc", Version = 1 });
        var x = graph.AddInput("x", new TensorType(DataType.Float, [1, 16, 1, 2])).Name;
        var node = graph.Append("ReorderInput", [x], 1, [Of("channels_last", 0)]);
        node.Domain = "com.microsoft.nchwc";
        graph.SetOutputs(node.Output);
        using var session = new TrialSession(graph, null, CancellationToken.None);
        using var plain = RunTensor.Over([1, 16, 1, 2], [.. Enumerable.Range(0, 32).Select(i => (float)i)]);
        var blocked = session.Floats(new Dictionary<string, RunTensor> { [x] = plain }, [.. node.Output])[0].Values;
        return blocked[1] != 2 ? null
            : blocked[8] == 16 ? 16
            : blocked[8] == 1 ? 8
            : null;
    }

    // Of the largest value of the gradient.
    private static double Difference(int block)
    {
        var (model, input, scores) = Net();
        TypeInference.Declare(model, null, CancellationToken.None);
        using var image = RunTensor.Over([1, 3, 33, 33], [.. Enumerable.Range(0, 3 * 33 * 33).Select(i => MathF.Sin(i))]);
        using var seed = RunTensor.Over([1, 16], [.. Enumerable.Range(0, 16).Select(i => MathF.Cos(i))]);
        var feeds = new Dictionary<string, RunTensor> { [input] = image, [ExplainGraph.Cotangent] = seed };
        var (expected, actual) = (Gradient(null), Gradient(block));
        return expected.Zip(actual).Max(p => Math.Abs((double)p.First - p.Second)) / expected.Max(Math.Abs);

        float[] Gradient(int? channels)
        {
            var query = new GradientQuery(scores, [input]) { Dense = true, Native = channels is not null };
            if (!ExplainGraph.TryBuild(model, query, out var built, out var reason))
                throw new NotSupportedException(reason);
            using var session = LiftedSession.Open(built, channels, () => SessionFactory.Common(null), CancellationToken.None);
            var output = ExplainGraph.GradientOf(input);
            using var result = SessionRun.Run(session, feeds, null, [new(output)], CancellationToken.None)[0];
            return result.Values.ToArray();
        }
    }

    // Each of the operators once, in blocks and where the image has none.
    private static (Graph Model, string Input, string Scores) Net()
    {
        var graph = Graph.New("trial");
        var image = graph.AddInput("image", new TensorType(DataType.Float, [1, 3, 33, 33])).Name;
        var x = Node("Relu", [Convolution(image, 3, 16, 2)]);
        x = Node("MaxPool", [x], Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1]));
        x = Node("Mul", [x, Node("Sigmoid", [x])]);
        x = Node("Mul", [x, Node("Sigmoid", [Convolution(Node("GlobalAveragePool", [x]), 16, 16, 1)])]);
        x = Node("Clip", [Convolution(x, 1, 16, 2, 16), Number(-0.5f), Number(0.5f)]);
        x = Node("Relu", [Convolution(x, 16, 32, 2)]);
        x = Node("Flatten", [Node("GlobalAveragePool", [Convolution(x, 32, 16, 1)])]);
        graph.SetOutputs([x]);
        return (graph, image, x);

        string Node(string op, string[] inputs, params AttributeProto[] attributes) => graph.Append(op, inputs, 1, attributes).Output[0];

        string Number(float value) => graph.Add(Tensors.Float([], [value])).Name;

        string Convolution(string from, int inputs, int outputs, int stride, int group = 1)
        {
            float[] weights = [.. Enumerable.Range(0, outputs * inputs * 9).Select(i => MathF.Sin(i * i) / MathF.Sqrt(inputs))];
            var w = graph.Add(Tensors.Float([outputs, inputs, 3, 3], weights)).Name;
            return Node("Conv", [from, w], Of("strides", [stride, stride]), Of("pads", [1, 1, 1, 1]), Of("group", group));
        }
    }
}
