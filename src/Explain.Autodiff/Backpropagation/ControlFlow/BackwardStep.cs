using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>
/// One iteration of a <c>Loop</c> or <c>Scan</c> run backwards: from the cotangents of the states after it to those before it. What the
/// iteration computed is computed again from what it was given.
/// </summary>
internal sealed class BackwardStep
{
    private readonly FlowNode _node;
    private readonly int _first;
    private readonly GraphProto _body;
    private readonly List<Value> _results = [];

    /// <summary>Appends the backward pass of one iteration to a body of its own, whose inputs are given in the order of use.</summary>
    /// <param name="n">The node.</param>
    /// <param name="body">What it repeats.</param>
    /// <param name="first">How many inputs the body has before its states.</param>
    /// <param name="leading">How many outputs the body has before its states.</param>
    /// <param name="states">The number of states.</param>
    public BackwardStep(FlowNode n, GraphProto body, int first, int leading, int states)
    {
        (_node, _body, _first) = (n, body, first);
        var inner = n.Graph.Inner(body);
        var roots = FlowRules.Roots(inner, n.Node, n.Active);
        Graph = BackwardBody.Empty(n.Graph, n.Node.OpType);
        var names = new Dictionary<string, string>();
        foreach (var (input, i) in body.Input.Select((info, i) => (info.Name, i)))
        {
            if (inner.Type(input) is not { } type)
                throw n.Refusal($"the type of '{input}', input {i} of its body, is not known");
            names[input] = Graph.AddInput(Graph.Fresh(input), type).Name;
        }

        Inputs = [.. body.Input.Select(i => names[i.Name])];
        var outputs = Bodies.Paste(Graph, 0, body, names, Graph.Fresh);
        Carried =
        [
            .. Enumerable
                .Range(0, states)
                .Where(i => roots.Contains(body.Input[first + i].Name))
                .Select(i => (i, Add(Graph[Inputs[first + i]]))),
        ];
        Stacked =
        [
            .. Enumerable
                .Range(states, outputs.Length - leading - states)
                .Where(k => n.CotangentOf(k) is not null)
                .Select(k => (k, Add(Graph[outputs[leading + k]]))),
        ];
        var cotangents = Carried.Concat(Stacked).ToDictionary(c => c.Index + leading, c => Graph[c.Input]);
        var gradients = n.Differentiate(
            Graph,
            BackwardBody.Seeds(Graph, outputs, i => cotangents.TryGetValue(i, out var c) ? c : null),
            [.. roots.Select(r => names.GetValueOrDefault(r, r))]
        );
        foreach (var (state, _) in Carried)
        {
            var before = Graph[Inputs[first + state]];
            _results.Add(gradients.TryGetValue(before.Name, out var g) ? Typed(g, before) : FlowNode.Zeros(before));
        }

        Captured = [.. Walk.Captures(n.Node).Where(gradients.ContainsKey).Select(c => (c, Add(n.Graph[c], Flat(n.Graph[c]))))];
        foreach (var (value, sum) in Captured)
        {
            _results.Add(
                Flat(n.Graph[value]) ? Graph[sum] + Ops.Reshape(gradients[value], -1) : Typed(Graph[sum] + gradients[value], Graph[value])
            );
            Graph.Declare(_results[^1].Name, Graph.Type(sum)!);
        }

        Items = [.. Enumerable.Range(first + states, Inputs.Length - first - states).Where(i => gradients.ContainsKey(Inputs[i]))];
        _results.AddRange(Items.Select(i => Typed(gradients[Inputs[i]], Graph[Inputs[i]])));
    }

    /// <summary>The step.</summary>
    public Graph Graph { get; }

    /// <summary>What stands for the inputs of the body: what the iteration was given.</summary>
    public string[] Inputs { get; }

    /// <summary>The states that have cotangents, and the inputs that hold them.</summary>
    public IReadOnlyList<(int Index, string Input)> Carried { get; }

    /// <summary>The values of the graph around that the body reads by name, and the inputs in which their gradients are added up.</summary>
    public IReadOnlyList<(string Value, string Input)> Captured { get; }

    /// <summary>The outputs of the node that stack one part an iteration and have cotangents, and the inputs that hold a part.</summary>
    public IReadOnlyList<(int Index, string Input)> Stacked { get; }

    /// <summary>The inputs of the body beyond the states of which each iteration has its own part, with a gradient.</summary>
    public int[] Items { get; }

    /// <summary>The inputs of the body that the step reads.</summary>
    public int[] Needed()
    {
        var read = Walk.Ancestors(Graph, _results.Select(r => r.Name));
        return [.. Enumerable.Range(0, Inputs.Length).Where(i => read.Contains(Inputs[i]))];
    }

    /// <summary>What the first iteration backwards begins with: cotangents of the last states, and zeros.</summary>
    public IEnumerable<Value> Start() =>
        Carried
            .Select(c => _node.CotangentOf(c.Index) ?? FlowNode.Zeros(Final(c.Index)))
            .Concat(Captured.Select(c => _node.Graph[c.Value]).Select(v => Flat(v) ? Flattened(FlowNode.Zeros(v)) : FlowNode.Zeros(v)));

    /// <summary>Lets nodes compute what were inputs of the step.</summary>
    public void Begin(IEnumerable<NodeProto> nodes)
    {
        var position = 0;
        foreach (var node in nodes)
        {
            foreach (var input in Graph.Proto.Input.Where(i => node.Output.Contains(i.Name)).ToArray())
                Graph.Proto.Input.Remove(input);
            Graph.Proto.Node.Insert(position++, node);
            Graph.Register(node);
        }
    }

    /// <summary>
    /// Makes the body: its outputs are the cotangents of states and captured values, then those of items; <paramref name="before"/> come
    /// before the first.
    /// </summary>
    public GraphProto Close(IEnumerable<Value> before, IEnumerable<string> inputs)
    {
        string[] order = [.. inputs];
        Bodies.Close(Graph, [.. before, .. _results], order.ToHashSet());
        var byName = Graph.Proto.Input.ToDictionary(i => i.Name);
        Graph.Proto.Input.Clear();
        Graph.Proto.Input.AddRange(order.Select(i => byName[i]));
        return Graph.Proto;
    }

    /// <summary>What the node's outputs are gradients of.</summary>
    /// <param name="outputs">Those of the node that repeats the step.</param>
    public IEnumerable<(string Value, Value Gradient)> Gradients(IReadOnlyList<string> outputs) =>
        Carried
            .Select(c => _node.Node.Input[_first + c.Index])
            .Concat(Captured.Select(c => c.Value))
            .Concat(Items.Select(i => _node.Node.Input[i]))
            .Zip(outputs, (value, output) => (value, Shaped(output, _node.Graph[value])));

    /// <summary>
    /// Lets the node give out what its iterations were given, one behind the other in the order of the iterations, as a further output.
    /// </summary>
    /// <param name="input">Which input of the body.</param>
    /// <param name="leading">How many outputs the body has that the node has not.</param>
    public Value Record(int input, int leading)
    {
        var node = _node.Node;
        var copy = new NodeProto { OpType = "Identity", Input = { _body.Input[input].Name } };
        copy.Output.Add(Graph.Fresh(_body.Input[input].Name));
        copy.Name = copy.Output[0];
        var type = Graph.Type(Inputs[input])!;
        // ONNX Runtime runs no such node that leaves out an output before its last one.
        while (node.Output.Count < _body.Output.Count - leading)
            node.Output.Add(Graph.Fresh("unused"));
        _body.Node.Add(copy);
        _body.Output.Add(new ValueInfoProto { Name = copy.Output[0], Type = type.ToProto() });
        node.Output.Add(Graph.Fresh("tape"));
        _node.Graph.Register(node);
        foreach (var axes in node.Attribute.Where(a => a.Name is "scan_output_axes" or "scan_output_directions"))
            axes.Ints.Add(0);
        _node.Graph.Declare(node.Output[^1], type with { Dims = type.Dims is { } dims ? [Dim.Unknown, .. dims] : null });
        return _node.Graph[node.Output[^1]];
    }

    private Value Final(int state) =>
        _node.Graph[
            state < _node.Node.Output.Count && _node.Node.Output[state].Length > 0
                ? _node.Node.Output[state]
                : _node.Node.Input[_first + state]
        ];

    private string Add(Value of, bool flat = false)
    {
        var type = FlowNode.CotangentType(of);
        return Graph.AddInput(Graph.Fresh($"{of.Name}/cotangent"), flat ? type with { Dims = [Dim.Unknown] } : type).Name;
    }

    // ONNX Runtime's Scan asks for the ranks of what its body gives out. What is captured may be of any rank; its gradient is added up in a
    // row then.
    private static bool Flat(Value captured) => captured.Type?.Dims is null;

    private static Value Flattened(Value value)
    {
        var row = Ops.Reshape(value, -1);
        value.Graph.Declare(row.Name, new TensorType(value.Element, [Dim.Unknown]));
        return row;
    }

    private Value Shaped(string output, Value of)
    {
        if (!Flat(of) || Captured.All(c => c.Value != of.Name))
            return BackwardBody.Result(_node.Graph, output, of);
        _node.Graph.Declare(output, new TensorType(FlowNode.CotangentType(of).Element, [Dim.Unknown]));
        return Ops.ReshapeLike(_node.Graph[output], of);
    }

    private static Value Typed(Value gradient, Value of)
    {
        gradient.Graph.Declare(gradient.Name, new TensorType(gradient.Element, of.Type?.Dims));
        return gradient;
    }
}
