using System.Net;
using System.Text.Json;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>Asks the trail of a service.</summary>
internal static class AuditTrailRequests
{
    public const string Route = "/api/v1/explanations";

    /// <summary>What is there, newest first, once it is as much as expected.</summary>
    public static async Task<JsonElement[]> WrittenAsync(this HttpClient client, int expected, string query = "")
    {
        JsonElement[] items = [];
        await Wait.UntilAsync(
            async () =>
            {
                var answer = await client.SendAsync($"{Route}?limit=200{query}", null, method: HttpMethod.Get);
                items =
                    answer.StatusCode == HttpStatusCode.OK
                        ? [.. (await answer.JsonAsync()).GetProperty("explanations").EnumerateArray()]
                        : [];
                return items.Length >= expected;
            },
            $"{expected} explanations are written down"
        );
        return items;
    }

    public static string Link(this HttpResponseMessage answer) => answer.Headers.GetValues("X-Explanation").Single();

    /// <summary>What the service says of its database.</summary>
    public static async Task<string?> StoreStateAsync(this HttpClient client) =>
        (await (await client.SendAsync("/healthz/live", null, method: HttpMethod.Get)).JsonAsync())
            .GetProperty("store")
            .GetProperty("state")
            .GetString();

    public static Task UntilStoreIsAsync(this HttpClient client, string state) =>
        Wait.UntilAsync(async () => await client.StoreStateAsync() == state, $"the store is {state}");
}
