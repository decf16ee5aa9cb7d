using System.Text.Json;
using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>The small net whose numbers the reference libraries computed, <c>shared/reference/golden.json</c>.</summary>
internal static class GoldenNet
{
    /// <summary>The net.</summary>
    public static TinyGraph Graph => Golden.Net;

    /// <summary>What the graph of a query gives for a class.</summary>
    public static Dictionary<string, Tensor> Run(GradientQuery query, int target = 0) =>
        Runtime.Run(
            Differentiated.Graph(Graph.Prepare(), query),
            new Dictionary<string, Tensor>(Graph.Feeds)
            {
                [ExplainGraph.Classes] = Tensor.Of([1, 1], target),
                [ExplainGraph.Weights] = Tensor.Of([1, 1], 1),
            }
        );

    /// <summary>Compares values with an entry of the file; the test is skipped where the file is missing.</summary>
    /// <param name="key">Name of the entry.</param>
    /// <param name="values">The values.</param>
    /// <param name="field">Which of its lists; null where it is one.</param>
    public static void Compare(string key, IReadOnlyList<double> values, string? field = null)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var entry = golden.RootElement.GetProperty(key);
        double[] expected = [.. Flat(field is null ? entry : entry.GetProperty(field))];
        Assert.Equal(expected.Length, values.Count);
        var error = expected.Zip(values, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{key}: {error:E1}");
        Assert.InRange(error, 0, Golden.Decimals);
    }

    private static IEnumerable<double> Flat(JsonElement e) =>
        e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetDouble()];
}
