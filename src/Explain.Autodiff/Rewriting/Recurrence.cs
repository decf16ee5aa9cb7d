using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting;

/// <summary>One step of a recurrent operator.</summary>
/// <param name="x">The step's input times its weights with the biases that are added to it, [N, gates · H].</param>
/// <param name="states">The states before, each [N, H]; what the operator gives out is the first.</param>
/// <returns>The states after.</returns>
internal delegate Value[] RecurrentStep(Value x, Value[] states);

/// <summary>What tells recurrent operators apart.</summary>
/// <param name="Gates">How many rows of H the weights have.</param>
/// <param name="States">How many states are handed on.</param>
/// <param name="Activations">The activations of a direction where the node names none, in small letters.</param>
/// <param name="Step">Makes the step of a direction.</param>
internal sealed record RecurrentCell(int Gates, int States, string[] Activations, Func<Recurrence, RecurrentStep> Step);

/// <summary>
/// One direction of <c>RNN</c>, <c>GRU</c> or <c>LSTM</c>, as the ONNX specification defines them: a <c>Scan</c> over the steps, whose
/// input products are made before. Items whose sequence has ended keep their states and give out zeros.
/// </summary>
internal sealed class Recurrence
{
    private const int W = 1;
    private const int R = 2;
    private const int B = 3;
    private const int Lengths = 4;
    private const int FirstState = 5;

    private readonly Forward _n;
    private readonly RecurrentCell _cell;
    private readonly long _direction;

    private Recurrence(Forward n, RecurrentCell cell, long hidden, long direction, Func<Value, Value>[] activations)
    {
        (_n, _cell, Hidden, _direction, Activations, Body) = (n, cell, hidden, direction, activations, n.Graph.Inner(new GraphProto()));
        Body.Proto.Name = $"{n.Node.OpType} step {direction}";
    }

    /// <summary>H.</summary>
    public long Hidden { get; }

    /// <summary>The activations, each with the clip before it.</summary>
    public Func<Value, Value>[] Activations { get; }

    /// <summary>The graph of a step.</summary>
    public Graph Body { get; }

    /// <summary>The node.</summary>
    public Forward Node => _n;

    /// <summary>Takes an operator apart.</summary>
    /// <param name="n">The node.</param>
    /// <param name="cell">What it is.</param>
    /// <returns>Y, [T, D, N, H], and the last states, each [D, N, H]; with <c>layout</c> 1 N comes first.</returns>
    public static Parts TakeApart(Forward n, RecurrentCell cell)
    {
        var hidden =
            n.Int("hidden_size", 0) is > 0 and var size ? size
            : n[R].Type?.Dims is { Count: 3 } r ? r[2].Size ?? 0
            : 0;
        bool[]? reversed = n.Node.String("direction", "forward") switch
        {
            "forward" => [false],
            "reverse" => [true],
            "bidirectional" => [false, true],
            _ => null,
        };
        if (hidden <= 0)
            return "it is not known how many numbers its states have";
        if (reversed is null)
            return $"its direction '{n.Node.String("direction", "")}' is not known";
        if (RecurrentActivations.Find(n, cell.Activations, reversed.Length) is not { } activations)
            return "its activations are not known, or too few";
        var byItem = n.Int("layout", 0) != 0;
        var x = (byItem ? Transpose(n.X, 1, 0, 2) : n.X).WithRank(3);
        var each = reversed.Select((back, d) => new Recurrence(n, cell, hidden, d, activations[d]).Run(x, back, byItem)).ToArray();
        var y = Concat(1, [.. each.Select(e => (Value?)Unsqueeze(e[^1], Ints(n.Graph, 1)))]).WithRank(4);
        var states = Enumerable
            .Range(0, cell.States)
            .Select(s => Concat(0, [.. each.Select(e => (Value?)Unsqueeze(e[s], Ints(n.Graph, 0)))]).WithRank(3));
        return byItem
            ? [Transpose(y, 2, 0, 1, 3), .. states.Select(s => (Value?)Transpose(s, 1, 0, 2))]
            : [y, .. states.Select(s => (Value?)s)];
    }

    /// <summary>Of a constant with one row a direction the part that belongs to this one: from one multiple of H to another.</summary>
    public Value Part(int input, long from, long to) =>
        Slice(Row(input), Ints(_n.Graph, from * Hidden), Ints(_n.Graph, to * Hidden), Ints(_n.Graph, 0));

    /// <summary>Weights of the states for gates from one on to another, to multiply them with: [H, gates · H].</summary>
    public Value StateWeights(long from, long to) => Inside(Transpose(Part(R, from, to).WithRank(2), 1, 0).WithRank(2));

    /// <summary>A value of the graph around, in a step.</summary>
    public Value Inside(Value value) => Body[value.Name];

    /// <summary>The gates of a product, each [N, H].</summary>
    public Value[] Split(Value gates, int count)
    {
        var sizes = Ints(Body, [.. Enumerable.Repeat(Hidden, count)]);
        return [.. Node("Split", [gates, sizes], count, [Of("axis", 1)]).Output.Select(o => new Value(Body, o, gates.Element).WithRank(2))];
    }

    /// <summary>The bias of the states for one gate, [H]; null when there is none.</summary>
    public Value? StateBias(long gate) => _n.Has(B) ? Inside(Part(B, _cell.Gates + gate, _cell.Gates + gate + 1)) : null;

    /// <summary>Whether the bias of the states is added to this gate before the step.</summary>
    public bool AddsStateBias(long gate) => _n.Node.OpType != "GRU" || gate < 2 || _n.Int("linear_before_reset", 0) == 0;

    // The last states, each [N, H], and what the steps gave out, [T, N, H].
    private Value[] Run(Value x, bool back, bool byItem)
    {
        var graph = _n.Graph;
        var products = MatMul(x, Transpose(Row(W).WithRank(2), 1, 0).WithRank(2)).WithRank(3);
        if (_n.Has(B))
        {
            products = (products + Part(B, 0, _cell.Gates)).WithRank(3);
            var later = Enumerable
                .Range(0, _cell.Gates)
                .Select(g => AddsStateBias(g) ? Part(B, _cell.Gates + g, _cell.Gates + g + 1) : Fill(Ints(graph, Hidden), x.Element, 0));
            products = (products + Concat(0, [.. later.Select(v => (Value?)v)])).WithRank(3);
        }

        var (items, element) = (Gather(Shape(x), Ints(graph, 1), 0), x.Element);
        var starts = Enumerable
            .Range(0, _cell.States)
            .Select(s =>
                (
                    _n.Has(FirstState + s)
                        ? Gather(
                            _n[FirstState + s],
                            graph.Add(Tensors.Scalar(TensorProto.Types.DataType.Int64, _direction)),
                            byItem ? 1 : 0
                        )
                        : Fill(Concat(0, items, Ints(graph, Hidden)), element, 0)
                ).WithRank(2)
            )
            .ToArray();
        var scanned = new List<Value> { products };
        if (_n.Has(Lengths))
            scanned.Add(Running(x));

        var state = new TensorType(element, [Dim.Unknown, Hidden]);
        var before = starts.Select(_ => Body.AddInput(Body.Fresh("state"), state)).ToArray();
        var step = Body.AddInput(Body.Fresh("x"), new TensorType(element, [Dim.Unknown, _cell.Gates * Hidden]));
        var after = _cell.Step(this)(step, before);
        var given = after[0];
        if (_n.Has(Lengths))
        {
            var runs = Body.AddInput(Body.Fresh("runs"), new TensorType(TensorProto.Types.DataType.Bool, [Dim.Unknown, 1]));
            given = Where(runs, given, given.Scalar(0));
            after = [.. after.Zip(before, (a, b) => Where(runs, a, b))];
        }
        foreach (var value in after.Append(given))
            Body.Declare(value.Name, state);
        Bodies.Close(Body, [.. after, given], Body.Inputs.ToHashSet());
        var direction = back ? 1 : 0;
        var scan = graph.Append(
            "Scan",
            [.. starts.Select(s => s.Name), .. scanned.Select(s => s.Name)],
            _cell.States + 1,
            [
                Of("body", Body.Proto),
                Of("num_scan_inputs", scanned.Count),
                Of("scan_input_directions", scanned.Select(_ => (long)direction)),
                Of("scan_output_directions", [direction]),
            ]
        );
        return [.. scan.Output.Select((o, i) => new Value(graph, o, element).WithRank(i < _cell.States ? 2 : 3))];
    }

    // Which items still run at each step, [T, N, 1].
    private Value Running(Value x)
    {
        var graph = _n.Graph;
        var steps = Gather(Shape(x), Ints(graph, 0), 0);
        var range = Emit("Range", [steps.Scalar(0), Squeeze(steps, Ints(graph, 0)), steps.Scalar(1)]);
        var lengths = Cast(_n[Lengths], TensorProto.Types.DataType.Int64);
        var less = Emit("Less", [Unsqueeze(range, Ints(graph, 1)), Unsqueeze(lengths, Ints(graph, 0))]).As(TensorProto.Types.DataType.Bool);
        return Unsqueeze(less, Ints(graph, 2)).As(TensorProto.Types.DataType.Bool).WithRank(3);
    }

    private Value Row(int input) => Gather(_n[input], _n.Graph.Add(Tensors.Scalar(TensorProto.Types.DataType.Int64, _direction)), 0);
}
