using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>Nodes with bodies, made of what is inside.</summary>
internal static class FlowBodies
{
    /// <summary>A graph of the same precision, to be a body.</summary>
    public static TinyGraph Inside(this TinyGraph outer) => new(outer.Real);

    /// <summary>An <c>If</c>.</summary>
    public static TinyGraph If(
        this TinyGraph graph,
        string condition,
        string outputs,
        Func<TinyGraph, TinyGraph> then,
        Func<TinyGraph, TinyGraph> otherwise
    ) =>
        graph.Node(
            "If",
            condition,
            outputs,
            Of("then_branch", then(graph.Inside()).Body()),
            Of("else_branch", otherwise(graph.Inside()).Body())
        );

    /// <summary>A <c>Scan</c> whose body has these inputs, separated by blanks; with # before it, one is a whole number.</summary>
    public static TinyGraph Scan(
        this TinyGraph graph,
        string inputs,
        string outputs,
        long scanned,
        string given,
        Func<TinyGraph, TinyGraph> body,
        params AttributeProto[] attributes
    ) =>
        graph.Node(
            "Scan",
            inputs,
            outputs,
            [Of("body", body(graph.Inside()).Body(Named(given))), Of("num_scan_inputs", scanned), .. attributes]
        );

    /// <summary>
    /// A <c>Loop</c> whose body has these inputs, separated by blanks, behind the number of the iteration and whether it goes on.
    /// </summary>
    public static TinyGraph Loop(
        this TinyGraph graph,
        string inputs,
        string outputs,
        string given,
        Func<TinyGraph, TinyGraph> body,
        string turn = "turn",
        string going = "going"
    ) =>
        graph.Node(
            "Loop",
            inputs,
            outputs,
            Of("body", body(graph.Inside()).Body([(turn, DataType.Int64), (going, DataType.Bool), .. Named(given)]))
        );

    private static (string, DataType?)[] Named(string given) =>
        [
            .. given
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => n.StartsWith('#') ? (n[1..], DataType.Int64) : (n, (DataType?)null)),
        ];
}
