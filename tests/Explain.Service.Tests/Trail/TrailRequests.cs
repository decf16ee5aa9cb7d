using System.Net;
using System.Text.Json;

namespace Explain.Service.Tests.Trail;

/// <summary>Asks the trail of a service.</summary>
internal static class TrailRequests
{
    public const string Route = "/api/v1/explanations";

    /// <summary>What is there, newest first, once it is as much as expected.</summary>
    public static async Task<JsonElement[]> WrittenAsync(this HttpClient client, int expected, string query = "")
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await client.SendAsync($"{Route}?limit=200{query}", null, method: HttpMethod.Get);
            var items = answer.StatusCode == HttpStatusCode.OK ? (await answer.JsonAsync()).GetProperty("explanations").EnumerateArray().ToArray() : [];
            if (items.Length >= expected) return items;
            Assert.True(tries < 300, $"after half a minute {items.Length} of {expected} explanations are written down (status {(int)answer.StatusCode})");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static string Link(this HttpResponseMessage answer) => answer.Headers.GetValues("X-Explanation").Single();

    /// <summary>What the service says of its database.</summary>
    public static async Task<string?> StoreStateAsync(this HttpClient client) =>
        (await (await client.SendAsync("/healthz/live", null, method: HttpMethod.Get)).JsonAsync()).GetProperty("store").GetProperty("state").GetString();

    public static async Task UntilStoreIsAsync(this HttpClient client, string state)
    {
        for (var tries = 0; await client.StoreStateAsync() is var now && now != state; tries++)
        {
            Assert.True(tries < 300, $"after half a minute the store is {now}, not {state}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
