using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using Microsoft.ML.OnnxRuntime;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.Conformance;

/// <summary>What became of one model.</summary>
internal enum SweepResult
{
    /// <summary>ONNX Runtime refuses it, its opset is too old, or nothing in it is a float.</summary>
    NotApplicable,

    /// <summary>Every derivative agrees with finite differences.</summary>
    Agrees,

    /// <summary>No derivative flows from any float input to any float output.</summary>
    Zero,

    /// <summary>An operator has no rule.</summary>
    MissingRule,

    /// <summary>The library says what it cannot do.</summary>
    Refused,

    /// <summary>Some derivative is wrong, or its graph does not run.</summary>
    Fails,
}

/// <summary>What became of one model.</summary>
/// <param name="Case">The model.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Detail">The operators without a rule, or what failed.</param>
/// <param name="Pairs">How many pairs of output and input were compared.</param>
internal sealed record SweepOutcome(ConformanceCase Case, SweepResult Result, IReadOnlyList<string> Detail, int Pairs = 0);

/// <summary>
/// Differentiates a model's float outputs by its float inputs, and compares with central differences along random directions.
/// </summary>
internal static class Sweep
{
    private const int Directions = 3;

    /// <summary>The model, differentiated and compared.</summary>
    public static SweepOutcome Of(ConformanceCase @case)
    {
        var model = @case.Model;
        var floats = @case
            .Inputs.Where(i => i.Value.DataType is (int)DataType.Float or (int)DataType.Double && i.Value.Dims.All(d => d > 0))
            .ToDictionary(i => i.Key, i => new Tensor([.. i.Value.Dims], Tensors.ReadFloats(i.Value)!));
        using var single = TypedSession.Open(model);
        if (single is null || floats.Count == 0 || model.Opset < Upgrade.Oldest)
            return new(@case, SweepResult.NotApplicable, []);
        Dictionary<string, Tensor> outputs;
        try
        {
            outputs = single
                .Run(floats, @case.Inputs)
                .Where(o => o.Value.Values.Length > 0 && model.Type(o.Key)?.Element is DataType.Float or DataType.Double)
                .ToDictionary(o => o.Key, o => o.Value);
        }
        catch (OnnxRuntimeException)
        {
            return new(@case, SweepResult.NotApplicable, []);
        }
        if (outputs.Count == 0)
            return new(@case, SweepResult.NotApplicable, []);

        using var precise = Exceptions.IsSingle(@case) ? null : Precise(@case, floats);
        var differences = new Differences(precise ?? single, precise is not null, floats, @case.Inputs);
        var (failures, compared, seed) = (new List<string>(), 0, 1);
        string[] wanted = [.. floats.Keys.Where(x => Exceptions.WhyNot(@case, x) is null)];
        foreach (var (y, value) in outputs.Where(o => Exceptions.WhyNotOutput(@case, o.Key) is null))
        {
            var cotangent = Tensor.Normal(value.Shape, 7);
            Dictionary<string, Tensor> gradients;
            try
            {
                gradients = Gradients(@case, y, wanted, floats, cotangent);
            }
            catch (MissingRuleException e)
            {
                return new(@case, SweepResult.MissingRule, [.. e.Missing.Select(m => m.Operator).Distinct()]);
            }
            catch (NotSupportedException e)
            {
                return new(@case, SweepResult.Refused, [e.Message]);
            }
            catch (Exception e) when (e is OnnxRuntimeException or ArgumentException or InvalidOperationException)
            {
                failures.Add($"{y}: {e.GetType().Name}: {e.Message}");
                continue;
            }
            foreach (var (x, at) in wanted.Select(x => (x, floats[x])))
            {
                compared++;
                for (var d = 0; d < Directions; d++)
                {
                    var direction = Tensor.Normal(at.Shape, 1000 + seed++);
                    if (differences.Disagreement(y, cotangent, x, direction, gradients.GetValueOrDefault(x)) is not { } problem)
                        continue;
                    failures.Add($"d{y}/d{x}: {problem}");
                    break;
                }
            }
        }
        if (failures.Count > 0)
            return new(@case, SweepResult.Fails, failures);
        return compared == 0
            ? new(@case, SweepResult.NotApplicable, [])
            : new(@case, OperatorTable.KindOf(@case.Operator) == GradientKind.Zero ? SweepResult.Zero : SweepResult.Agrees, [], compared);
    }

    // Some operators open in double precision and say when they are run that they do not know it.
    private static TypedSession? Precise(ConformanceCase @case, Dictionary<string, Tensor> floats)
    {
        var session = TypedSession.Open(Retyped(@case));
        try
        {
            session?.Run(floats, @case.Inputs);
            return session;
        }
        catch (OnnxRuntimeException)
        {
            session!.Dispose();
            return null;
        }
    }

    private static Dictionary<string, Tensor> Gradients(
        ConformanceCase @case,
        string output,
        string[] wanted,
        Dictionary<string, Tensor> floats,
        Tensor cotangent
    )
    {
        var graph = Graph(native: false);
        if (graph is null)
            return [];
        var inputs = new Dictionary<string, Tensor>(floats) { [ExplainGraph.Cotangent] = cotangent };
        using var session = TypedSession.Open(graph)
            ?? throw new InvalidOperationException("ONNX Runtime refuses the graph of the gradient");
        var results = session.Run(inputs, @case.Inputs);
        var others = Native.Open(Graph(native: true)!) is { } own ? TypedSession.Over(own) : null;
        if (others?.Run(inputs, @case.Inputs).FirstOrDefault(o => o.Value.DistanceTo(results[o.Key]) > 1e-6) is { Key: { } differs })
            throw new InvalidOperationException($"the engine's own operators give another {differs}");
        others?.Dispose();
        return wanted
            .Where(n => results.ContainsKey(ExplainGraph.GradientOf(n)))
            .ToDictionary(n => n, n => results[ExplainGraph.GradientOf(n)]);

        Graph? Graph(bool native) => Backwards(@case, output, wanted, native);
    }

    // Null where no derivative flows.
    private static Graph? Backwards(ConformanceCase @case, string output, string[] wanted, bool native)
    {
        var graph = @case.Model.Clone();
        graph.TakesNative = native;
        Runtime.DeclareTypes(graph);
        Upgrade.ToFloor(graph);
        Runtime.DeclareTypes(graph);
        while (Definitions.TakeApart(graph))
            Runtime.DeclareTypes(graph);
        if (QuantizedOperators.Dequantize(graph))
            Runtime.DeclareTypes(graph);
        AutoPad.Explicit(graph, graph);
        var y = graph[output];
        var seed = graph.AddInput(ExplainGraph.Cotangent, new TensorType(y.Element, null));
        var found = Backward.Gradients(graph, y, seed, wanted, GradientRules.Plain);
        if (found.Count == 0)
            return null;
        foreach (var (name, value) in found)
        {
            var node = graph.Append("Identity", [value.Name], 1, []);
            node.Output[0] = ExplainGraph.GradientOf(name);
            graph.Register(node);
        }
        graph.SetOutputs(found.Keys.Select(ExplainGraph.GradientOf));
        return graph;
    }

    // Every float32 of the interface becomes a float64; where an operator has no such kernel the model does not open.
    private static Graph Retyped(ConformanceCase @case)
    {
        var proto = @case.Model.Model.Clone();
        foreach (
            var tensor in proto
                .Graph.Input.Concat(proto.Graph.Output)
                .Concat(proto.Graph.ValueInfo)
                .Where(i => !Exceptions.IsSetting(@case, i.Name))
                .Select(i => i.Type.TensorType)
                .Where(t => t?.ElemType == (int)DataType.Float)
        )
        {
            tensor!.ElemType = (int)DataType.Double;
        }

        foreach (
            var initializer in proto
                .Graph.Initializer.Where(t => t.DataType == (int)DataType.Float && !Exceptions.IsSetting(@case, t.Name))
                .ToArray()
        )
        {
            var wide = Tensors.Double([.. initializer.Dims], Tensors.ReadFloats(initializer)!);
            wide.Name = initializer.Name;
            proto.Graph.Initializer[proto.Graph.Initializer.IndexOf(initializer)] = wide;
        }
        return new Graph(proto);
    }
}
