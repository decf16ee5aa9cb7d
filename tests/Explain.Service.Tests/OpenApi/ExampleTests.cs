using System.Net;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.OpenApi;

/// <summary>The examples of the API document, sent as they stand there.</summary>
public sealed class ExampleTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task EveryExampleOfARequestIsAnswered()
    {
        var document = await (await service.Client.SendAsync("/swagger/v1/swagger.json", null, method: HttpMethod.Get)).JsonAsync();
        var sent = new List<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                if (
                    !operation.Value.TryGetProperty("requestBody", out var body)
                    || !body.GetProperty("content").TryGetProperty("application/json", out var json)
                    || !json.TryGetProperty("example", out var example)
                )
                {
                    continue;
                }

                var address = path
                    .Name.Replace("{model}", "tiny", StringComparison.Ordinal)
                    .Replace("{version}", "1", StringComparison.Ordinal);
                var answer = await service.Client.SendAsync(
                    address,
                    Json(example.GetRawText()),
                    method: new HttpMethod(operation.Name.ToUpperInvariant())
                );
                Assert.True(
                    answer.StatusCode == HttpStatusCode.OK,
                    $"{operation.Name} {path.Name}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}"
                );
                sent.Add(path.Name);
            }
        }
        Assert.Superset(
            new HashSet<string>
            {
                "/api/v1/models/{model}/explain",
                "/api/v1/models/{model}/predict",
                "/v1/models/{model}:explain",
                "/v1/models/{model}:predict",
                "/v2/models/{model}/infer",
                "/v2/models/{model}/explain",
                "/v2/repository/index",
            },
            sent.ToHashSet()
        );
    }
}
