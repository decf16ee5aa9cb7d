using System.Text.Json;
using Explain.Service.AuditTrail;
using Explain.Testing;
using Npgsql;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>The dashboard's questions to the trail, asked in a real PostgreSQL of the trail that the service writes.</summary>
public sealed class DashboardQueriesTests
{
    [Fact]
    public async Task EveryPanelOfExplanationsShowsWhatWasAnswered()
    {
        using var postgres = new PostgresServer();
        await using var service = new Service(
            ("Store:Kind", "postgres"),
            ("Store", ""),
            ("Store:Connection", postgres.Connection),
            ("Store:Pictures", "true")
        );
        await service.InitializeAsync();
        var answered = await service.Client.SendAsync($"{ExplainRoute}?target=1", Raw(TestImages.Png));
        await service.Client.SendAsync("/explanations/other", Raw(TestImages.Png));
        await service.Client.WrittenAsync(2);

        await using var source = NpgsqlDataSource.Create(postgres.Connection);
        var answers = new List<List<Dictionary<string, object>>>();
        foreach (var query in Queries())
            answers.Add(await AskAsync(source, query));

        Assert.Equal(2, answers.Count);
        Assert.Equal(["other", "tiny"], answers[0].Select(r => r["model"]));
        Assert.Equal(["torchserve", "native"], answers[0].Select(r => r["protocol"]));
        Assert.Equal(
            "data:image/png;base64,"
                + Convert.ToBase64String(await answered.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)),
            answers[0][1]["picture"]
        );
        Assert.Equal(("green thing", "layer"), (answers[0][1]["target"], answers[0][1].Keys.Single(k => k == "layer")));
        Assert.Equal(answered.Link(), $"{ExplanationLink.Route}/{answers[0][1]["id"]}");
        Assert.Equal(2, answers[1].Count);
        Assert.All(answers[1], r => Assert.Equal(1L, r["explanations"]));
    }

    private static async Task<List<Dictionary<string, object>>> AskAsync(NpgsqlDataSource source, string query)
    {
        // As Grafana fills them in.
        var sql = query
            .Replace("$__timeFilter(e.time)", "e.time BETWEEN now() - interval '1 hour' AND now()", StringComparison.Ordinal)
            .Replace("${model:pipe}", ".*", StringComparison.Ordinal);
        Assert.DoesNotContain("$_", sql, StringComparison.Ordinal);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<Dictionary<string, object>>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue));
        return rows;
    }

    private static IEnumerable<string> Queries()
    {
        var dashboard = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "grafana", "dashboards", "explain.json")))
            .RootElement;
        return dashboard
            .GetProperty("panels")
            .EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Where(t => t.TryGetProperty("rawSql", out _))
            .Select(t => t.GetProperty("rawSql").GetString()!);
    }
}
