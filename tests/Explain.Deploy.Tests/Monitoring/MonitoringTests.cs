using System.Text.Json;
using Explain.Deploy.Tests.Compose;
using Explain.Deploy.Tests.Images;
using Explain.Deploy.Tests.Kubernetes;

namespace Explain.Deploy.Tests.Monitoring;

/// <summary>Prometheus and Grafana look for what is there.</summary>
public sealed class MonitoringTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read("docker-compose.yml");
    private static readonly List<DataSource> Sources = GrafanaFile.Read("datasources").Datasources;

    public static TheoryData<string> Dashboards =>
        [
            .. Directory
                .EnumerateFiles(Repository.PathOf("deploy", "grafana", "dashboards"), "*.json")
                .Select(f => Path.GetFileName(f))
                .Order(),
        ];

    [Fact]
    public void PrometheusScrapesTheServiceWhereTheServiceMonitorDoes()
    {
        var job = Assert.Single(PrometheusFile.Read().ScrapeConfigs);
        var target = Assert.Single(Assert.Single(job.StaticConfigs).Targets).Split(':');
        Assert.Contains(target[0], Compose.Services.Keys);
        Assert.Equal(Dockerfile.Read("Dockerfile").One("EXPOSE").Text, target[1]);
        Assert.Equal(Manifests.Of<ServiceMonitor>().Single().Spec.Endpoints.Single().Path, job.MetricsPath);
        // Queries are the same in both places.
        Assert.Equal("explain", job.JobName);
    }

    [Fact]
    public void GrafanasSourcesAreServicesOfTheComposeFileThatItCanReach()
    {
        Assert.Equal(["postgres", "prometheus"], Sources.Select(s => s.Uid).Order());
        foreach (var source in Sources)
        {
            var address = new Uri(source.Url.Contains("//", StringComparison.Ordinal) ? source.Url : $"tcp://{source.Url}");
            var service = Compose.Services[address.Host];
            Assert.Contains(service.Networks.DefaultIfEmpty("default"), Compose.Services["grafana"].Networks.Contains);
        }
        var database = Sources.Single(s => s.Uid == "postgres");
        Assert.Equal(Compose.Services["postgres"].Environment["POSTGRES_DB"], database.JsonData["database"]);
        Assert.Contains(
            $"CREATE ROLE {database.User} LOGIN PASSWORD",
            Repository.Read("deploy", "postgres", "dashboard.sh"),
            StringComparison.Ordinal
        );
        var password = database.SecureJsonData["password"];
        Assert.StartsWith("$", password, StringComparison.Ordinal);
        foreach (var name in new[] { "grafana", "postgres" })
            Assert.Contains(password[1..], Compose.Services[name].Environment.Keys);
    }

    [Fact]
    public void GrafanaFindsTheDashboards()
    {
        var path = Assert.Single(GrafanaFile.Read("dashboards").Providers).Options["path"];
        Assert.Contains($"./deploy/grafana/dashboards:{path}:ro", Compose.Services["grafana"].Volumes);
        Assert.NotEmpty(Dashboards);
    }

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void ADashboardAsksSourcesThatAreProvisioned(string file)
    {
        using var dashboard = JsonDocument.Parse(Repository.Read("deploy", "grafana", "dashboards", file));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.NotEmpty(panels);
        Assert.Distinct(panels.Select(p => p.GetProperty("id").GetInt32()));
        var asked = panels
            .Where(p => p.TryGetProperty("targets", out _))
            .Select(p => p.GetProperty("datasource"))
            .Select(s => (s.GetProperty("type").GetString(), s.GetProperty("uid").GetString()));
        Assert.All(asked, source => Assert.Contains(source, Sources.Select(s => ((string?)s.Type, (string?)s.Uid))));
    }
}
