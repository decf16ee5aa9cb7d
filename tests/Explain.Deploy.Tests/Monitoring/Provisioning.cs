using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Explain.Deploy.Tests.Monitoring;

// The fields that are used here, of Prometheus' configuration and of Grafana's provisioning; one that does not exist is an error.

internal sealed class PrometheusFile
{
    public Dictionary<string, string> Global { get; set; } = [];

    public List<ScrapeJob> ScrapeConfigs { get; set; } = [];

    public static PrometheusFile Read() =>
        new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .Build()
            .Deserialize<PrometheusFile>(Repository.Read("deploy", "prometheus", "prometheus.yml"));
}

internal sealed class ScrapeJob
{
    public string JobName { get; set; } = "";

    public string MetricsPath { get; set; } = "";

    public List<ScrapeTargets> StaticConfigs { get; set; } = [];
}

internal sealed class ScrapeTargets
{
    public List<string> Targets { get; set; } = [];
}

internal sealed class GrafanaFile
{
    public int ApiVersion { get; set; }

    public List<DataSource> Datasources { get; set; } = [];

    public List<DashboardProvider> Providers { get; set; } = [];

    public static GrafanaFile Read(string kind) =>
        new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .Build()
            .Deserialize<GrafanaFile>(Repository.Read("deploy", "grafana", "provisioning", kind, $"{kind}.yml"));
}

internal sealed class DataSource
{
    public string Name { get; set; } = "";

    public string Uid { get; set; } = "";

    public string Type { get; set; } = "";

    public string Access { get; set; } = "";

    public string Url { get; set; } = "";

    public string? User { get; set; }

    public bool IsDefault { get; set; }

    public Dictionary<string, string> JsonData { get; set; } = [];

    public Dictionary<string, string> SecureJsonData { get; set; } = [];
}

internal sealed class DashboardProvider
{
    public string Name { get; set; } = "";

    public string Type { get; set; } = "";

    public bool AllowUiUpdates { get; set; }

    public Dictionary<string, string> Options { get; set; } = [];
}
