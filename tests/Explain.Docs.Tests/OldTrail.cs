using Explain.Testing;
using Microsoft.Data.Sqlite;

namespace Explain.Docs.Tests;

/// <summary>A trail with a map of today and one of long ago: metrics compare them.</summary>
internal static class OldTrail
{
    // The milliseconds that ids begin with: of 2024.
    private const string LongAgo = "019000000000";

    private static readonly (string Table, string Id)[] Tables =
    [
        ("explanations", "id"),
        ("explanation_targets", "explanation_id"),
        ("maps", "explanation_id"),
    ];

    /// <summary>Has a service explain a picture, and writes that down again as if it had been earlier.</summary>
    /// <param name="service">Keeps maps.</param>
    /// <param name="store">The folder of its trail.</param>
    public static async Task WriteAsync(ServiceProcess service, string store)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var picture = await service.Client.GetByteArrayAsync("/api/v1/samples/drop-and-arrow.png", cancellation);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "image", "image.png" } };
        using var answer = await service.Client.PostAsync("/api/v1/models/demo/explain", form, cancellation);
        answer.EnsureSuccessStatusCode();
        var explanation = answer.Headers.GetValues("X-Explanation").Single();
        for (var written = false; !written; await Task.Delay(50, cancellation))
        {
            using var found = await service.Client.GetAsync(explanation, cancellation);
            written = found.IsSuccessStatusCode;
        }
        await using var database = new SqliteConnection($"Data Source={Path.Combine(store, "explanations.db")}");
        await database.OpenAsync(cancellation);
        await using var command = database.CreateCommand();
        command.CommandText = string.Concat(
            Tables.Select(t =>
                $"""
                    CREATE TEMP TABLE old AS SELECT * FROM {t.Table};
                    UPDATE old SET {t.Id} = '{LongAgo}' || substr({t.Id}, {LongAgo.Length + 1});
                    INSERT INTO {t.Table} SELECT * FROM old;
                    DROP TABLE old;

                    """
            )
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
