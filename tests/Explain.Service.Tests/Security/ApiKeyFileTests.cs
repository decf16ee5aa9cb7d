using System.Text.Json;
using Explain.Service.Security;
using Explain.Testing;

namespace Explain.Service.Tests.Security;

/// <summary>Keys in a file of their own, exchanged while the service runs.</summary>
public sealed class ApiKeyFileTests
{
    [Fact]
    public async Task KeysAreExchangedWithoutARestart()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await WriteAsync(file, ("old", "exk_old"));
        await using var service = new Service([("ApiKeysFile", file), .. SecuredService.Key(0, "fixed", "exk_fixed", "models:read")]);
        await service.InitializeAsync();
        Assert.Equal((200, 401, 200), await StatesAsync(service));

        await WriteAsync(file, ("old", "exk_old"), ("new", "exk_new"));
        await UntilAsync(service, (200, 200, 200));
        await WriteAsync(file, ("new", "exk_new"));
        await UntilAsync(service, (401, 200, 200));
        // What is wrong changes nothing, nor what is gone.
        foreach (var wrong in new[] { "[{", """[{"Name":"fixed","Hash":"sha256:0"}]""", "{}" })
        {
            await File.WriteAllTextAsync(file, wrong, TestContext.Current.CancellationToken);
            ApiKeyFile.Read(file, [], out var problems);
            Assert.NotEmpty(problems);
        }
        File.Delete(file);
        await WriteAsync(file, ("third", "exk_old"));
        await UntilAsync(service, (200, 401, 200));
        // A service with a file of keys is never open.
        await File.WriteAllTextAsync(file, "[]", TestContext.Current.CancellationToken);
        await UntilAsync(service, (401, 401, 200));
    }

    [Theory]
    [InlineData("nothing", "Explain:ApiKeysFile = '{0}' is not allowed; allowed: a list in JSON of keys")]
    [InlineData("""{"Name":"a"}""", "Explain:ApiKeysFile = '{0}' is not allowed; allowed: a list in JSON of keys")]
    [InlineData(
        """[{"Name":"a","Scopes":"explain","Nam":"b"}]""",
        "ApiKeysFile:ApiKeys:0:Nam = (not shown) is no setting; did you mean 'Name'?"
    )]
    [InlineData("""[{"Name":"a b","Hash":"x","Scopes":"fly"}]""", "ApiKeysFile:ApiKeys:0:Scopes = 'fly' is not allowed")]
    public async Task WhatIsWrongInTheFileIsNamed(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        ApiKeyFile.Read(file, [], out var problems);
        Assert.Contains(problems, p => p.StartsWith(expected.Replace("{0}", file, StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static Task WriteAsync(string file, params (string Name, string Key)[] keys)
    {
        var list = keys.Select(k => new
        {
            k.Name,
            Hash = ApiKey.FormatHash(ApiKey.HashOf(k.Key)),
            Scopes = "models:read",
        });
        return File.WriteAllTextAsync(file, JsonSerializer.Serialize(list), TestContext.Current.CancellationToken);
    }

    private static Task UntilAsync(Service service, (int, int, int) expected) =>
        Wait.UntilAsync(async () => await StatesAsync(service) == expected, $"the keys are known: {expected}");

    private static async Task<(int Old, int New, int Fixed)> StatesAsync(Service service) =>
        (await StateAsync(service, "exk_old"), await StateAsync(service, "exk_new"), await StateAsync(service, "exk_fixed"));

    private static async Task<int> StateAsync(Service service, string key)
    {
        using var request = SecuredService.Request(HttpMethod.Get, "/api/v1/methods", key);
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
