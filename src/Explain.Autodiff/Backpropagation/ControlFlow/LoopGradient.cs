using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>
/// The gradient of a <c>Loop</c>: a loop of as many iterations as there were, that begins at the last one. Where the shapes of all states
/// stay the same, what an iteration was given is a further output of the loop; else it is found by running the loop up to there.
/// </summary>
internal static class LoopGradient
{
    private const int Turn = 0;
    private const int Going = 1;
    private const int FirstState = 2;

    /// <summary>The rule.</summary>
    public static IEnumerable<(string Value, Value Gradient)> Gradients(FlowNode n)
    {
        var body = n.Body("body");
        var states = n.Node.Input.Count - FirstState;
        if (states < 0 || body.Input.Count != n.Node.Input.Count || body.Output.Count < states + 1)
            throw n.Refusal($"its body has {body.Input.Count} inputs and {body.Output.Count} outputs");
        var step = new BackwardStep(n, body, FirstState, 1, states);
        if (step.Carried.Count + step.Captured.Count == 0)
            return [];
        var graph = step.Graph;
        // Before anything is added to the body: a loop that is run again gives out its states alone.
        var again = n.Node.Clone();
        int[] needed = [.. step.Needed().Where(i => i >= FirstState)];
        var recorded = needed.All(i => IsOfOneShape(graph.Type(step.Inputs[i])));
        var turns = Squeeze(Shape(step.Record(Turn, 1)), Ints(n.Graph, 0));
        var last = turns - turns.Scalar(1);

        var turn = graph.AddInput(graph.Fresh("turn"), new TensorType(DataType.Int64, []));
        var going = graph.AddInput(graph.Fresh("going"), new TensorType(DataType.Bool, []));
        var prologue = new List<NodeProto> { New("Sub", [last.Name, turn.Name], [step.Inputs[Turn]]) };
        // An iteration that was run was not forbidden.
        prologue.Add(New("Identity", [going.Name], [step.Inputs[Going]]));
        if (recorded)
        {
            foreach (var i in needed)
                prologue.Add(New("Gather", [step.Record(i, 1).Name, step.Inputs[Turn]], [step.Inputs[i]]));
        }
        else
        {
            prologue.Add(UpTo(step, again, states));
        }

        foreach (var (output, input) in step.Stacked)
            prologue.Add(New("Gather", [n.CotangentOf(output)!.Value.Name, step.Inputs[Turn]], [input]));
        step.Begin(prologue);
        var node = n.Graph.Append(
            "Loop",
            [turns.Name, "", .. step.Start().Select(v => v.Name)],
            step.Carried.Count + step.Captured.Count,
            [
                Of(
                    "body",
                    step.Close(
                        [going],
                        [turn.Name, going.Name, .. step.Carried.Concat(step.Captured.Select(c => (0, c.Input))).Select(c => c.Item2)]
                    )
                ),
            ]
        );
        return step.Gradients(node.Output);
    }

    // The loop itself, ended where an iteration begins.
    private static NodeProto UpTo(BackwardStep step, NodeProto loop, int states)
    {
        var body = loop.Find("body")!.G;
        while (body.Output.Count > states + 1)
            body.Output.RemoveAt(states + 1);
        Bodies.Rename(loop, new Dictionary<string, string>(), step.Graph.Fresh);
        loop.Input[Turn] = step.Inputs[Turn];
        loop.Output.Clear();
        loop.Output.AddRange(step.Inputs.Skip(FirstState));
        loop.Name = loop.Output[0];
        return loop;
    }

    private static bool IsOfOneShape(TensorType? type) => type?.Dims?.All(d => d.Size is not null || d.Symbol is { Length: > 0 }) == true;

    private static NodeProto New(string op, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        var node = new NodeProto { OpType = op };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Name = node.Output[0];
        return node;
    }
}
