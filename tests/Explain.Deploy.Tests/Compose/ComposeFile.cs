using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Explain.Deploy.Tests.Compose;

/// <summary>A compose file, as far as its fields are used here; one that does not exist is an error.</summary>
internal sealed class ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, ComposeNetwork?> Networks { get; set; } = [];

    public Dictionary<string, object?> Volumes { get; set; } = [];

    /// <summary>Reads one at the root.</summary>
    public static ComposeFile Read(string file) =>
        new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .Build()
            .Deserialize<ComposeFile>(Repository.Read(file));
}

internal sealed class ComposeNetwork
{
    public bool Internal { get; set; }
}

internal sealed class ComposeService
{
    // A folder, or what is built of it.
    public object? Build { get; set; }

    public string Image { get; set; } = "";

    public List<string> Command { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public List<ComposeEnvironmentFile> EnvFile { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<string> Networks { get; set; } = [];

    public Dictionary<string, ComposeDependency> DependsOn { get; set; } = [];

    public ComposeHealthCheck? Healthcheck { get; set; }

    public bool ReadOnly { get; set; }

    public List<string> Tmpfs { get; set; } = [];

    public List<string> CapDrop { get; set; } = [];

    public List<string> SecurityOpt { get; set; } = [];

    public string? MemLimit { get; set; }

    public string? Restart { get; set; }

    public string? StopGracePeriod { get; set; }

    public ComposeDeploy? Deploy { get; set; }
}

internal sealed class ComposeEnvironmentFile
{
    public string Path { get; set; } = "";

    public bool Required { get; set; } = true;
}

internal sealed class ComposeDependency
{
    public string Condition { get; set; } = "";
}

internal sealed class ComposeHealthCheck
{
    public List<string> Test { get; set; } = [];

    public string? Interval { get; set; }

    public string? Timeout { get; set; }

    public string? StartPeriod { get; set; }

    public int Retries { get; set; }
}

internal sealed class ComposeDeploy
{
    public ComposeResources Resources { get; set; } = new();
}

internal sealed class ComposeResources
{
    public ComposeReservations Reservations { get; set; } = new();
}

internal sealed class ComposeReservations
{
    public List<ComposeDevice> Devices { get; set; } = [];
}

internal sealed class ComposeDevice
{
    public string Driver { get; set; } = "";

    public int Count { get; set; }

    public List<string> Capabilities { get; set; } = [];
}
