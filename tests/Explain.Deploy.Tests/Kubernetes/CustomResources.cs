using k8s;
using k8s.Models;

namespace Explain.Deploy.Tests.Kubernetes;

// The fields of these definitions that are used here, by their names in the definitions; the client knows none of them.

/// <summary>What every object has.</summary>
public abstract class CustomResource : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}

/// <summary>keda.sh/v1alpha1.</summary>
public sealed class ScaledObject : CustomResource
{
    public ScaledObjectSpec Spec { get; set; } = new();
}

public sealed class ScaledObjectSpec
{
    public V2CrossVersionObjectReference ScaleTargetRef { get; set; } = new();

    public int PollingInterval { get; set; }

    public int CooldownPeriod { get; set; }

    public int MinReplicaCount { get; set; }

    public int MaxReplicaCount { get; set; }

    public IList<ScaleTrigger> Triggers { get; set; } = [];
}

public sealed class ScaleTrigger
{
    public string Type { get; set; } = "";

    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();
}

/// <summary>monitoring.coreos.com/v1.</summary>
public sealed class ServiceMonitor : CustomResource
{
    public ServiceMonitorSpec Spec { get; set; } = new();
}

public sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public IList<MonitoredEndpoint> Endpoints { get; set; } = [];
}

public sealed class MonitoredEndpoint
{
    public string Port { get; set; } = "";

    public string Path { get; set; } = "";

    public string Interval { get; set; } = "";
}

/// <summary>serving.kserve.io/v1alpha1.</summary>
public sealed class ClusterServingRuntime : CustomResource
{
    public ServingRuntimeSpec Spec { get; set; } = new();
}

public sealed class ServingRuntimeSpec
{
    public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    public IList<SupportedModelFormat> SupportedModelFormats { get; set; } = [];

    public IList<string> ProtocolVersions { get; set; } = [];

    public IList<V1Container> Containers { get; set; } = [];

    public IList<V1Volume> Volumes { get; set; } = [];
}

public sealed class SupportedModelFormat
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public bool AutoSelect { get; set; }

    public int Priority { get; set; }
}

/// <summary>serving.kserve.io/v1beta1.</summary>
public sealed class InferenceService : CustomResource
{
    public InferenceServiceSpec Spec { get; set; } = new();
}

public sealed class InferenceServiceSpec
{
    public PredictorSpec Predictor { get; set; } = new();

    public ExplainerSpec? Explainer { get; set; }
}

public sealed class PredictorSpec
{
    public long? Timeout { get; set; }

    public int? MinReplicas { get; set; }

    public int? MaxReplicas { get; set; }

    public PredictorModel Model { get; set; } = new();
}

public sealed class PredictorModel
{
    public ModelFormat ModelFormat { get; set; } = new();

    public string? Runtime { get; set; }

    public string StorageUri { get; set; } = "";
}

public sealed class ModelFormat
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";
}

public sealed class ExplainerSpec
{
    public long? Timeout { get; set; }

    public IList<V1Container> Containers { get; set; } = [];

    public IList<V1Volume> Volumes { get; set; } = [];
}
