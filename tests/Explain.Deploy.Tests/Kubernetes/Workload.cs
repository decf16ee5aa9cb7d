using k8s.Models;

namespace Explain.Deploy.Tests.Kubernetes;

/// <summary>A container of this project in a manifest, with what its pod has.</summary>
internal sealed record Workload(string File, V1PodSpec Pod, V1Container Container)
{
    /// <summary>Every one of them.</summary>
    public static IEnumerable<Workload> All =>
        Manifests
            .All.SelectMany(m => PodsOf(m.Object).SelectMany(p => p.Containers.Select(c => new Workload(m.File, p, c))))
            .Where(w => w.Container.Image is not null);

    /// <summary>The probes it has.</summary>
    public IEnumerable<V1Probe> Probes =>
        new[] { Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe }.OfType<V1Probe>();

    // KServe makes the pods of its kinds; what it is told of them is the same.
    private static IEnumerable<V1PodSpec> PodsOf(object manifest) =>
        manifest switch
        {
            V1Deployment deployment => [deployment.Spec.Template.Spec],
            V1Job job => [job.Spec.Template.Spec],
            ClusterServingRuntime runtime => [new V1PodSpec { Containers = runtime.Spec.Containers, Volumes = runtime.Spec.Volumes }],
            InferenceService { Spec.Explainer: { } explainer } =>
            [
                new V1PodSpec { Containers = explainer.Containers, Volumes = explainer.Volumes },
            ],
            _ => [],
        };
}
