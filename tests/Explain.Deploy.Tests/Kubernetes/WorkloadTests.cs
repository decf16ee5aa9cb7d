using Explain.Deploy.Tests.Images;
using k8s.Models;

namespace Explain.Deploy.Tests.Kubernetes;

/// <summary>The pods fit the image and the service, and may do nothing they need not.</summary>
public sealed class WorkloadTests
{
    private static readonly Dockerfile Image = Dockerfile.Read("Dockerfile");

    public static TheoryData<string> Files => [.. Workload.All.Select(w => w.File)];

    private static V1Deployment Deployment => Manifests.Of<V1Deployment>().Single(d => d.Spec.Selector is not null);

    [Theory]
    [MemberData(nameof(Files))]
    public void APodMayDoNothingItNeedNot(string file)
    {
        var (pod, container) = (Of(file).Pod, Of(file).Container);
        Assert.True(container.SecurityContext.RunAsNonRoot ?? pod.SecurityContext?.RunAsNonRoot);
        Assert.Equal(Image.One("USER").Text, $"{container.SecurityContext.RunAsUser ?? pod.SecurityContext?.RunAsUser}");
        Assert.Equal("RuntimeDefault", (container.SecurityContext.SeccompProfile ?? pod.SecurityContext?.SeccompProfile)?.Type);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Null(container.SecurityContext.Capabilities.Add);
        // KServe sees to this for its pods.
        if (file.StartsWith("deploy/kserve", StringComparison.Ordinal))
            return;
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void APodHasBoundsAndAPlaceForTemporaryFiles(string file)
    {
        var (pod, container) = (Of(file).Pod, Of(file).Container);
        // Threads are counted by the limit, so processors have one, too.
        foreach (var resource in new[] { "cpu", "memory" })
            Assert.Equal(container.Resources.Requests[resource], container.Resources.Limits[resource]);
        Assert.Equal(pod.Volumes.Select(v => v.Name).Order(), container.VolumeMounts.Select(m => m.Name).Order());
        Assert.NotNull(pod.Volumes.Single(v => v.Name == Mounted(container, "/tmp").Name).EmptyDir.SizeLimit);
        Assert.All(container.VolumeMounts.Where(m => m.MountPath is not ("/tmp" or "/explained")), mount =>
        {
            Assert.True(mount.ReadOnlyProperty);
            Assert.True(pod.Volumes.Single(v => v.Name == mount.Name).PersistentVolumeClaim.ReadOnlyProperty);
        });
    }

    [Fact]
    public void EverythingRunsTheSameImage()
    {
        var tags = Kustomization.All.SelectMany(k => k.Images).ToDictionary(i => i.NewTag, i => i.Name);
        Assert.Equal(["1.0", "1.0-gpu"], tags.Keys.Order());
        Assert.All(tags.Values, name => Assert.Equal("explain-service", name));
        Assert.All(Workload.All, w =>
            Assert.Equal(
                w.File.StartsWith("deploy/k8s", StringComparison.Ordinal) ? "explain-service" : "explain-service:1.0",
                w.Container.Image
            )
        );
        Assert.Contains("image: explain-service:1.0\n", Repository.Read("docker-compose.yml"), StringComparison.Ordinal);
        Assert.Contains("image: explain-service:1.0-gpu\n", Repository.Read("docker-compose.gpu.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void PortsAreThoseOfTheImage()
    {
        var port = int.Parse(Image.One("EXPOSE").Text);
        Assert.Equal($"{port}", Image.Environment()["ASPNETCORE_HTTP_PORTS"]);
        Assert.All(Workload.All.Where(w => w.Container.Ports is not null), w =>
            Assert.Equal(port, Assert.Single(w.Container.Ports).ContainerPort)
        );
        var named = Deployment.Spec.Template.Spec.Containers.Single().Ports.Single().Name;
        Assert.All(Workload.All.SelectMany(w => w.Probes), p => Assert.Contains(p.HttpGet.Port.Value, new[] { named, $"{port}" }));
        var service = Manifests.Of<V1Service>().Single().Spec.Ports.Single();
        Assert.Equal((port, named), (service.Port, service.TargetPort.Value));
        Assert.Equal(service.Name, Manifests.Of<ServiceMonitor>().Single().Spec.Endpoints.Single().Port);
        Assert.All(Manifests.Of<V1NetworkPolicy>().SelectMany(p => p.Spec.Ingress), i => Assert.Equal(named, i.Ports.Single().Port.Value));
    }

    [Fact]
    public void EverySelectorFindsTheServicesPods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        var spread = Deployment.Spec.Template.Spec.TopologySpreadConstraints.Single().LabelSelector.MatchLabels;
        var selectors = new[]
        {
            Deployment.Spec.Selector.MatchLabels,
            spread,
            Manifests.Of<V1Service>().Single().Spec.Selector,
            Manifests.Of<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels,
        }.Concat(Manifests.Of<V1NetworkPolicy>().Select(p => p.Spec.PodSelector.MatchLabels));
        Assert.All(selectors, s => Assert.Equal(labels, s));
        Assert.Equal(Manifests.Of<V1Service>().Single().Metadata.Labels, Manifests.Of<ServiceMonitor>().Single().Spec.Selector.MatchLabels);
        // The job of a series is the name of the Service.
        Assert.Contains(
            $"job=\"{Manifests.Of<V1Service>().Single().Metadata.Name}\"",
            Manifests.Of<ScaledObject>().Single().Spec.Triggers.Single().Metadata["query"],
            StringComparison.Ordinal
        );
        Assert.Equal(Deployment.Metadata.Name, Manifests.Of<ScaledObject>().Single().Spec.ScaleTargetRef.Name);
        var scaled = Manifests.Of<V2HorizontalPodAutoscaler>().Single().Spec.ScaleTargetRef;
        Assert.Equal((Deployment.ApiVersion, Deployment.Kind, Deployment.Metadata.Name), (scaled.ApiVersion, scaled.Kind, scaled.Name));
        Assert.Equal(Deployment.Spec.Template.Spec.ServiceAccountName, Manifests.Of<V1ServiceAccount>().Single().Metadata.Name);
    }

    [Fact]
    public void WhatWasAcceptedIsAnsweredBeforeAPodIsKilled()
    {
        var timeout = long.Parse(
            Kustomization.All.SelectMany(k => k.Literals()).First(l => l.Key == "Explain__RequestTimeoutSeconds").Value
        );
        var pod = Deployment.Spec.Template.Spec;
        Assert.True(pod.TerminationGracePeriodSeconds > pod.Containers.Single().Lifecycle.PreStop.Sleep.Seconds + timeout);
        Assert.True(pod.Containers.Single().Lifecycle.PreStop.Sleep.Seconds >= pod.Containers.Single().ReadinessProbe.PeriodSeconds);
        Assert.All(Manifests.Of<InferenceService>(), s => Assert.True((s.Spec.Explainer?.Timeout ?? s.Spec.Predictor.Timeout) > timeout));
    }

    [Fact]
    public void TheDeploymentMountsWhatIsThereAndReadsTheSettingsThatAreGenerated()
    {
        var pod = Deployment.Spec.Template.Spec;
        Assert.Equal(Image.Environment()["Explain__ModelsDirectory"], Mounted(pod.Containers.Single(), "/models").MountPath);
        Assert.All(pod.Volumes.Where(v => v.PersistentVolumeClaim is not null), v =>
            Assert.Equal(Manifests.Of<V1PersistentVolumeClaim>().Single().Metadata.Name, v.PersistentVolumeClaim.ClaimName)
        );
        Assert.All(pod.Containers.Single().EnvFrom.Select(e => e.ConfigMapRef?.Name).OfType<string>(), name =>
            Assert.Contains(Kustomization.All.SelectMany(k => k.ConfigMapGenerator), g => g.Name == name)
        );
        Assert.All(pod.Containers.Single().EnvFrom.Select(e => e.SecretRef).OfType<V1SecretEnvSource>(), secret =>
            Assert.True(secret.Optional)
        );
    }

    [Fact]
    public void TheJobHasAsManyShardsAsCompletions()
    {
        var (job, container) = (Manifests.Of<V1Job>().Single().Spec, Manifests.Of<V1Job>().Single().Spec.Template.Spec.Containers.Single());
        Assert.Equal(("Indexed", "Never"), (job.CompletionMode, job.Template.Spec.RestartPolicy));
        Assert.Equal($"{job.Completions}", container.Args[container.Args.IndexOf("--shards") + 1]);
        Assert.Equal(
            [("FailJob", 2), ("FailIndex", 1)],
            job.PodFailurePolicy.Rules.Where(r => r.OnExitCodes is not null).Select(r => (r.Action, r.OnExitCodes.Values.Single()))
        );
        Assert.All(job.PodFailurePolicy.Rules.Where(r => r.OnExitCodes is not null), r =>
            Assert.Equal(container.Name, r.OnExitCodes.ContainerName)
        );
        foreach (var path in container.Args.Where(a => a.StartsWith('/')))
        {
            Assert.Contains(container.VolumeMounts, m =>
                path == m.MountPath || path.StartsWith(m.MountPath + "/", StringComparison.Ordinal)
            );
        }
    }

    private static Workload Of(string file) => Workload.All.Single(w => w.File == file);

    private static V1VolumeMount Mounted(V1Container container, string path) => container.VolumeMounts.Single(m => m.MountPath == path);
}
