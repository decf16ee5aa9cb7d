using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting;

/// <summary>The activations of recurrent operators, which are named by attributes.</summary>
internal static class RecurrentActivations
{
    // By name in small letters; those that take α or β say what it is where the node does not.
    // csharpier-ignore
    private static readonly Dictionary<string, (float? Alpha, float? Beta, Func<Value, float, float, Value> Apply)> Table = new()
    {
        ["relu"] = (null, null, (x, _, _) => Emit("Relu", [x])),
        ["tanh"] = (null, null, (x, _, _) => Emit("Tanh", [x])),
        ["sigmoid"] = (null, null, (x, _, _) => Emit("Sigmoid", [x])),
        ["affine"] = (1, 0, (x, a, b) => x * a + b),
        ["leakyrelu"] = (0.01f, null, (x, a, _) => Emit("LeakyRelu", [x], Of("alpha", a))),
        ["thresholdedrelu"] = (1, null, (x, a, _) => Emit("ThresholdedRelu", [x], Of("alpha", a))),
        ["scaledtanh"] = (1, 1, (x, a, b) => Emit("Tanh", [x * b]) * a),
        ["hardsigmoid"] = (0.2f, 0.5f, (x, a, b) => Emit("HardSigmoid", [x], Of("alpha", a), Of("beta", b))),
        ["elu"] = (1, null, (x, a, _) => Emit("Elu", [x], Of("alpha", a))),
        ["softsign"] = (null, null, (x, _, _) => Emit("Softsign", [x])),
        ["softplus"] = (null, null, (x, _, _) => Emit("Softplus", [x])),
    };

    /// <summary>Those of each direction, each with the clip before it; null where the node names one that is not known.</summary>
    /// <param name="n">The node.</param>
    /// <param name="defaults">The names of one direction where the node has none.</param>
    /// <param name="directions">How many directions there are.</param>
    public static Func<Value, Value>[][]? Find(Forward n, string[] defaults, int directions)
    {
        string[] names = n.Node.Find("activations")?.Strings is { Count: > 0 } named
            ? [.. named.Select(s => s.ToStringUtf8().ToLowerInvariant())]
            : [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        if (names.Length != defaults.Length * directions || !names.All(Table.ContainsKey))
            return null;
        var alphas = new Queue<float>(n.Node.Find("activation_alpha")?.Floats ?? []);
        var betas = new Queue<float>(n.Node.Find("activation_beta")?.Floats ?? []);
        var limit = n.Node.Find("clip")?.F;
        return [.. names.Select(Activation).ToArray().Chunk(defaults.Length)];

        // Each takes its numbers from the lists in turn, if it takes any.
        Func<Value, Value> Activation(string name)
        {
            var (alpha, beta, apply) = Table[name];
            var a = alpha is { } one ? (alphas.TryDequeue(out var given) ? given : one) : 0;
            var b = beta is { } other ? (betas.TryDequeue(out var also) ? also : other) : 0;
            return x => apply(limit is > 0 and var most ? Emit("Clip", [x, x.Scalar(-most), x.Scalar(most)]) : x, a, b);
        }
    }
}
