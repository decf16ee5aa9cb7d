using System.Text.RegularExpressions;
using Explain.Deploy.Tests.Images;
using Explain.Service;
using Microsoft.Extensions.Configuration;

namespace Explain.Deploy.Tests.Compose;

/// <summary>The compose files name what is there and hold no secret.</summary>
public sealed partial class ComposeTests
{
    private static readonly ComposeFile File = ComposeFile.Read("docker-compose.yml");
    private static readonly Dockerfile Image = Dockerfile.Read("Dockerfile");

    private static ComposeService Explain => File.Services["explain"];

    [Fact]
    public void EveryReferenceIsToSomethingThatIsThere()
    {
        foreach (var (name, service) in File.Services)
        {
            Assert.All(service.Networks.Where(n => n != "default"), n => Assert.Contains(n, File.Networks.Keys));
            foreach (var (other, dependency) in service.DependsOn)
            {
                Assert.Contains(other, File.Services.Keys);
                Assert.True(
                    dependency.Condition != "service_healthy" || File.Services[other].Healthcheck is not null,
                    $"{name} waits for the health of {other}, which has no health check"
                );
            }
            foreach (var source in service.Volumes.Select(v => v.Split(':')[0]).Where(v => !v.StartsWith('$')))
            {
                if (source.StartsWith("./", StringComparison.Ordinal))
                    Assert.True(Path.Exists(Repository.PathOf(source)), source);
                else
                    Assert.Contains(source, File.Volumes.Keys);
            }
        }
    }

    [Fact]
    public void TheServiceRunsAsItsImageSays()
    {
        Assert.Equal("CMD", Explain.Healthcheck!.Test[0]);
        Assert.Equal(Image.One("HEALTHCHECK").Exec, Explain.Healthcheck.Test.Skip(1));
        var port = Image.One("EXPOSE").Text;
        Assert.EndsWith($":{port}:{port}", Assert.Single(Explain.Ports), StringComparison.Ordinal);
        Assert.EndsWith($":{Image.Environment()["Explain__ModelsDirectory"]}:ro", Assert.Single(Explain.Volumes), StringComparison.Ordinal);
        Assert.True(Explain.ReadOnly);
        Assert.Equal(["/tmp"], Explain.Tmpfs);
        Assert.Equal(["ALL"], Explain.CapDrop);
        var timeout = ServiceSettings.Read(new ConfigurationBuilder().Build(), out _).RequestTimeout;
        Assert.True(int.Parse(Explain.StopGracePeriod!.TrimEnd('s')) > timeout.TotalSeconds, "it would be killed before it has answered");
        Assert.All(File.Services.Values, s => Assert.Equal(["no-new-privileges:true"], s.SecurityOpt));
        Assert.All(File.Services.Values, s => Assert.NotNull(s.MemLimit));
    }

    [Fact]
    public void NoPasswordIsWrittenDownAndNoneHasADefault()
    {
        var secrets = File
            .Services.Values.SelectMany(s => s.Environment)
            .Where(e => e.Key.Contains("PASSWORD", StringComparison.Ordinal) || e.Value.Contains("Password=", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(5, secrets.Length);
        Assert.All(secrets, e => Assert.Matches(Required(), e.Value));
        var example = Repository.Read("deploy", "compose.env.example").Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#')).ToArray();
        Assert.All(example, l => Assert.EndsWith("=", l, StringComparison.Ordinal));
        Assert.Equal(
            secrets.Select(e => Required().Match(e.Value).Groups[1].Value).Distinct().Order(),
            example.Select(l => l.TrimEnd('=')).Order()
        );
        Assert.Contains(".env\nexplain.env\n", Repository.Read(".gitignore"), StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyThisMachineReachesWhatAsksNobodyForAKey() =>
        Assert.All(File.Services.Values.SelectMany(s => s.Ports), p =>
            Assert.Matches(@"^(127\.0\.0\.1|\$\{EXPLAIN_ADDRESS:-127\.0\.0\.1\}):", p)
        );

    [Fact]
    public void TheGpuFileChangesTheServiceAlone()
    {
        var (name, service) = Assert.Single(ComposeFile.Read("docker-compose.gpu.yml").Services);
        Assert.Equal("explain", name);
        Assert.Equal(["gpu"], Assert.Single(service.Deploy!.Resources.Reservations.Devices).Capabilities);
        var build = Assert.IsType<Dictionary<object, object>>(service.Build);
        Assert.True(Path.Exists(Repository.PathOf((string)build["dockerfile"])));
    }

    [GeneratedRegex(@"(?:^|Password=)\$\{([A-Z_]+):\?[^}]+\}$")]
    private static partial Regex Required();
}
