using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Explain.Service.Tests.Events;

/// <summary>Asks for events, and reads them as they come.</summary>
internal static class Events
{
    public const string MediaType = "text/event-stream";

    /// <summary>Sends a picture; the answer is there when its first event is.</summary>
    public static async Task<HttpResponseMessage> StreamAsync(
        this HttpClient client,
        string path,
        byte[]? image = null,
        CancellationToken? cancellation = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Requests.Raw(image ?? TestImages.Png) };
        request.Headers.Accept.ParseAdd(MediaType);
        return await client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellation ?? TestContext.Current.CancellationToken
        );
    }

    /// <summary>The events, with their data as it was sent.</summary>
    public static async IAsyncEnumerable<(string Name, string Data)> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal(MediaType, response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
            yield return (item.EventType, item.Data);
    }

    /// <summary>All of them.</summary>
    public static async Task<IReadOnlyList<(string Name, string Data)>> AllAsync(HttpResponseMessage response)
    {
        var all = new List<(string, string)>();
        await foreach (var item in ReadAsync(response))
            all.Add(item);
        return all;
    }

    public static JsonElement Parsed(string data) => JsonDocument.Parse(data).RootElement;
}
