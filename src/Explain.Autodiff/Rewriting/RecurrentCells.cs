using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting;

/// <summary>The recurrent operators: their equations as the ONNX specification has them.</summary>
internal static class RecurrentCells
{
    private const int Peepholes = 7;

    /// <summary>H' = f(x + H Rᵀ).</summary>
    public static readonly RecurrentCell Rnn = new(1, 1, ["tanh"], r =>
    {
        var weights = r.StateWeights(0, 1);
        return (x, states) => [r.Activations[0](x + MatMul(states[0], weights))];
    });

    /// <summary>Update z and reset r: h = g(x + (r ⊙ H) Rᵀ), or g(x + r ⊙ (H Rᵀ + b)); H' = (1 - z) ⊙ h + z ⊙ H.</summary>
    public static readonly RecurrentCell Gru = new(3, 1, ["sigmoid", "tanh"], r =>
    {
        var (gates, candidate) = (r.StateWeights(0, 2), r.StateWeights(2, 3));
        var bias = r.AddsStateBias(2) ? null : r.StateBias(2);
        return (x, states) =>
        {
            var h = states[0];
            var inputs = r.Split(x, 3);
            var products = r.Split(MatMul(h, gates).WithRank(2), 2);
            var update = r.Activations[0](inputs[0] + products[0]);
            var reset = r.Activations[0](inputs[1] + products[1]);
            Value next;
            if (r.AddsStateBias(2))
            {
                next = MatMul((reset * h).WithRank(2), candidate);
            }
            else
            {
                var product = MatMul(h, candidate);
                next = reset * (bias is { } b ? product + b : product);
            }

            return [(1 - update) * r.Activations[1](inputs[2] + next) + update * h];
        };
    });

    /// <summary>
    /// Input i, output o and forget f: C' = f ⊙ C + i ⊙ g(x + H Rᵀ), H' = o ⊙ h(C'); with peepholes the gates see the cell, with
    /// <c>input_forget</c> f is 1 - i.
    /// </summary>
    public static readonly RecurrentCell Lstm = new(4, 2, ["sigmoid", "tanh", "tanh"], r =>
    {
        var weights = r.StateWeights(0, 4);
        Value[]? peepholes = r.Node.Has(Peepholes) ? [.. Enumerable.Range(0, 3).Select(p => r.Inside(r.Part(Peepholes, p, p + 1)))] : null;
        var coupled = r.Node.Int("input_forget", 0) != 0;
        return (x, states) =>
        {
            var (h, c) = (states[0], states[1]);
            var gates = r.Split((x + MatMul(h, weights)).WithRank(2), 4);
            var input = r.Activations[0](Seeing(gates[0], 0, c));
            var forget = coupled ? 1 - input : r.Activations[0](Seeing(gates[2], 2, c));
            var cell = forget * c + input * r.Activations[1](gates[3]);
            var output = r.Activations[0](Seeing(gates[1], 1, cell));
            return [output * r.Activations[2](cell), cell];
        };

        Value Seeing(Value gate, int which, Value cell) => peepholes is null ? gate : gate + cell * peepholes[which];
    });
}
