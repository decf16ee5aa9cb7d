using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Takes <c>com.microsoft.FusedConv</c>, which ONNX Runtime's optimiser writes into files, apart again: the convolution, a summand, the
/// activation.
/// </summary>
internal static class FusedConvolution
{
    private const int Summand = 3;

    // csharpier-ignore
    private static readonly Dictionary<string, Func<Graph, float[], NodeProto>> Activations = new()
    {
        ["Relu"] = (_, _) => new NodeProto { OpType = "Relu" },
        ["Tanh"] = (_, _) => new NodeProto { OpType = "Tanh" },
        ["Sigmoid"] = (_, _) => new NodeProto { OpType = "Sigmoid" },
        ["LeakyRelu"] = (_, p) => new NodeProto { OpType = "LeakyRelu", Attribute = { Of("alpha", p[0]) } },
        ["HardSigmoid"] = (_, p) => new NodeProto { OpType = "HardSigmoid", Attribute = { Of("alpha", p[0]), Of("beta", p[1]) } },
        ["Clip"] = (graph, p) => new NodeProto { OpType = "Clip", Input = { "", Scalar(graph, p[0]), Scalar(graph, p[1]) } },
    };

    /// <summary>Rewrites <paramref name="graph"/> in place; the results keep their names.</summary>
    public static void TakeApart(Graph graph)
    {
        foreach (
            var node in graph
                .Nodes.Where(n =>
                    OperatorName.Of(n) == $"{OperatorName.Microsoft}.FusedConv"
                    && (ActivationOf(n).Length == 0 || Activations.ContainsKey(ActivationOf(n)))
                )
                .ToArray()
        )
        {
            var parts = new List<NodeProto>();
            if (node.InputOrNull(Summand) is { } summand)
                parts.Add(new NodeProto { OpType = "Add", Input = { "", summand } });
            if (ActivationOf(node) is { Length: > 0 } activation)
                parts.Add(Activations[activation](graph, node.Remove("activation_params") is { } p ? [.. p.Floats] : []));
            node.Remove("activation");
            (node.OpType, node.Domain) = ("Conv", "");
            while (node.Input.Count > Summand)
                node.Input.RemoveAt(Summand);
            var (result, position) = (node.Output[0], graph.Proto.Node.IndexOf(node));
            var last = node;
            foreach (var part in parts)
            {
                last.Output[0] = graph.Fresh($"{result}/{last.OpType}");
                graph.Register(last);
                if (part.Input.Count == 0)
                    part.Input.Add("");
                part.Input[0] = last.Output[0];
                part.Name = $"{node.Name}/{part.OpType}";
                part.Output.Add(result);
                graph.Proto.Node.Insert(++position, part);
                graph.Register(part);
                last = part;
            }
        }
    }

    private static string Scalar(Graph graph, float value) => graph.Add(Tensors.Float([], [value])).Name;

    private static string ActivationOf(NodeProto node) => node.String("activation", "");
}
