using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Explain.Service.Tests.Telemetry;

/// <summary>One value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>A page in Prometheus' text format, read strictly: whatever is not in its grammar fails.</summary>
internal sealed partial class PrometheusText
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];
    private readonly Dictionary<string, string> _types = [];
    private readonly List<Sample> _samples = [];

    public IReadOnlyList<Sample> Samples => _samples;

    public static PrometheusText Parse(string page)
    {
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        var text = new PrometheusText();
        foreach (var line in page.Split('\n').SkipLast(1).Where(l => l.Length > 0))
            text.Add(line);
        Assert.Equal(text._samples.Count, text._samples.DistinctBy(s => $"{s.Name} {Key(s.Labels)}").Count());
        foreach (var (name, type) in text._types.Where(t => t.Value == "histogram"))
            text.CheckHistogram(name);
        return text;
    }

    /// <summary>The sum of the samples of that name that have these labels; zero when there are none.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) => Of(name, labels).Sum(s => s.Value);

    /// <summary>The samples of that name that have these labels.</summary>
    public IEnumerable<Sample> Of(string name, params (string Name, string Value)[] labels) =>
        _samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value));

    /// <summary>The upper ends of a histogram's buckets.</summary>
    public double[] Boundaries(string name) => [.. Of($"{name}_bucket").Select(s => Number(s.Labels["le"])).Distinct().Order()];

    /// <summary>Whether there is a metric of that type.</summary>
    public bool Has(string name, string type) =>
        _types.GetValueOrDefault(name) == type && _samples.Any(s => s.Name.StartsWith(name, StringComparison.Ordinal));

    private void Add(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal) || line == "# EOF")
            return;
        if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ');
            Assert.Equal(4, parts.Length);
            Assert.Contains(parts[3], Types);
            Assert.True(_types.TryAdd(parts[2], parts[3]), $"two types: {line}");
            return;
        }
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"no sample: {line}");
        var labels = match
            .Groups["label"]
            .Captures.Zip(match.Groups["value"].Captures)
            .ToDictionary(p => p.First.Value, p => Unescape(p.Second.Value));
        _samples.Add(new Sample(match.Groups["name"].Value, labels, Number(match.Groups["number"].Value)));
    }

    private void CheckHistogram(string name)
    {
        foreach (var series in Of($"{name}_bucket").GroupBy(s => Key(s.Labels.Where(l => l.Key != "le"))))
        {
            var buckets = series.Select(s => (End: Number(s.Labels["le"]), s.Value)).ToArray();
            Assert.Equal(buckets.OrderBy(b => b.End), buckets);
            Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
            Assert.Equal(double.PositiveInfinity, buckets[^1].End);
            Assert.Equal(buckets[^1].Value, Assert.Single(Of($"{name}_count"), s => Key(s.Labels) == series.Key).Value);
        }
    }

    private static string Key(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(
                text[i] != '\\' ? text[i]
                : text[++i] == 'n' ? '\n'
                : text[i]
            );
        }

        return plain.ToString();
    }

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"""
            + """(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\["\\n])*)",?)*\})? (?<number>[^ ]+)( [0-9]+)?$"""
    )]
    private static partial Regex SampleLine();
}
