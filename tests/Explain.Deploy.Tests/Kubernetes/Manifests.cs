using System.Collections.Frozen;
using Explain.Testing;
using k8s;
using k8s.Models;

namespace Explain.Deploy.Tests.Kubernetes;

/// <summary>An object of a manifest, and where it is from.</summary>
internal sealed record Manifest(string File, IKubernetesObject<V1ObjectMeta> Object);

/// <summary>The manifests under deploy, parsed so that a field that does not exist is an error.</summary>
internal static class Manifests
{
    // The kinds there are, by apiVersion and kind.
    // csharpier-ignore
    private static readonly FrozenDictionary<string, Func<string, IKubernetesObject<V1ObjectMeta>>> Kinds = new Dictionary<string, Func<string, IKubernetesObject<V1ObjectMeta>>>
    {
        ["v1/ConfigMap"] = Strictly<V1ConfigMap>,
        ["v1/PersistentVolumeClaim"] = Strictly<V1PersistentVolumeClaim>,
        ["v1/Service"] = Strictly<V1Service>,
        ["v1/ServiceAccount"] = Strictly<V1ServiceAccount>,
        ["apps/v1/Deployment"] = Strictly<V1Deployment>,
        ["batch/v1/Job"] = Strictly<V1Job>,
        ["policy/v1/PodDisruptionBudget"] = Strictly<V1PodDisruptionBudget>,
        ["networking.k8s.io/v1/NetworkPolicy"] = Strictly<V1NetworkPolicy>,
        ["autoscaling/v2/HorizontalPodAutoscaler"] = Strictly<V2HorizontalPodAutoscaler>,
        ["keda.sh/v1alpha1/ScaledObject"] = Strictly<ScaledObject>,
        ["monitoring.coreos.com/v1/ServiceMonitor"] = Strictly<ServiceMonitor>,
        ["serving.kserve.io/v1alpha1/ClusterServingRuntime"] = Strictly<ClusterServingRuntime>,
        ["serving.kserve.io/v1beta1/InferenceService"] = Strictly<InferenceService>,
    }.ToFrozenDictionary();

    private static readonly string[] Folders = ["k8s", "kserve", "batch"];

    /// <summary>The manifests below deploy, as paths from the root; kustomization.yaml is none.</summary>
    public static IEnumerable<string> Files =>
        Folders
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf("deploy", folder), "*.yaml", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Where(file => Path.GetFileName(file) != Kustomization.File)
            .Order(StringComparer.Ordinal);

    /// <summary>Every object of every manifest.</summary>
    public static IReadOnlyList<Manifest> All => [.. Files.SelectMany(file => Parse(file, Repository.Read(file)))];

    /// <summary>The objects of a type below deploy.</summary>
    public static IEnumerable<T> Of<T>() => All.Select(m => m.Object).OfType<T>();

    /// <summary>The objects of a text with one or several documents.</summary>
    public static IEnumerable<Manifest> Parse(string file, string text)
    {
        foreach (var document in text.Split("\n---\n"))
        {
            var head = KubernetesYaml.Deserialize<Head>(document);
            Assert.True(
                Kinds.TryGetValue($"{head.ApiVersion}/{head.Kind}", out var parse),
                $"{file}: {head.ApiVersion}/{head.Kind} is no kind that is known here"
            );
            yield return new Manifest(file, Parsed(file, parse, document));
        }
    }

    private static IKubernetesObject<V1ObjectMeta> Parsed(string file, Func<string, IKubernetesObject<V1ObjectMeta>> parse, string document)
    {
        try
        {
            return parse(document);
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            throw new InvalidDataException($"{file}, line {e.Start.Line}: {e.Message} {e.InnerException?.Message}", e);
        }
    }

    private static IKubernetesObject<V1ObjectMeta> Strictly<T>(string text)
        where T : IKubernetesObject<V1ObjectMeta> => KubernetesYaml.Deserialize<T>(text, strict: true);

    private sealed class Head : CustomResource;
}
