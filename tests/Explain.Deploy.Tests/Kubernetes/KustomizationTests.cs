using System.Diagnostics;
using Explain.Testing;
using k8s.Models;

namespace Explain.Deploy.Tests.Kubernetes;

/// <summary>The kustomizations name what is there.</summary>
public sealed class KustomizationTests
{
    public static TheoryData<string> Folders => [.. Kustomization.All.Select(k => Path.GetRelativePath(Checkout.Root, k.Folder))];

    public static TheoryData<string> Files => [.. Manifests.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryManifestHasTheFieldsOfItsKindAndNoOthers(string file) =>
        Assert.All(Manifests.Parse(file, Repository.Read(file)), m => Assert.NotEmpty(m.Object.Metadata.Name));

    [Fact]
    public void AFieldThatDoesNotExistIsAnError()
    {
        var text = Repository.Read("deploy", "k8s", "base", "deployment.yaml");
        Assert.NotEmpty(Manifests.Parse("as it is", text));
        Assert.Throws<InvalidDataException>(() =>
            Manifests.Parse("misspelt", text.Replace("readinessProbe", "readynessProbe", StringComparison.Ordinal)).ToArray()
        );
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void EveryKustomizationNamesFilesAndObjectsThatAreThere(string folder)
    {
        var kustomization = Kustomization.Read(Repository.PathOf(folder));
        Assert.Equal(("kustomize.config.k8s.io/v1beta1", "Kustomization"), (kustomization.ApiVersion, kustomization.Kind));
        var objects = kustomization.Objects().Select(m => (m.Object.Kind, m.Object.Metadata.Name)).ToArray();
        Assert.Distinct(objects);
        foreach (var patch in kustomization.Patches)
        {
            Assert.True(patch.Path is null != patch.Inline is null, "a patch is a file or a text");
            var patched = patch.Path is { } file
                ? Manifests
                    .Parse(file, File.ReadAllText(Path.Combine(kustomization.Folder, file)))
                    .Select(m => (m.Object.Kind, m.Object.Metadata.Name))
                    .Single()
                : (patch.Target!.Kind, patch.Target.Name);
            Assert.Contains(patched, objects);
        }
        var maps = kustomization.ConfigMapGenerator.Where(g => g.Behavior == "merge").Select(g => g.Name);
        Assert.All(maps, name =>
            Assert.Contains(
                kustomization
                    .Resources.Where(r => Directory.Exists(Path.Combine(kustomization.Folder, r)))
                    .SelectMany(r => Kustomization.Read(Path.Combine(kustomization.Folder, r)).ConfigMapGenerator),
                g => g.Name == name
            )
        );
    }

    [Fact]
    public void EveryManifestBesideAKustomizationIsListedThereOrStandsOnItsOwn()
    {
        // The other way to use KServe: one InferenceService or the other.
        string[] alone = ["deploy/kserve/explainer.yaml"];
        foreach (var kustomization in Kustomization.All)
        {
            Assert.All(
                Directory
                    .EnumerateFiles(kustomization.Folder, "*.yaml")
                    .Where(f => Path.GetFileName(f) != Kustomization.File && !alone.Contains(Path.GetRelativePath(Checkout.Root, f))),
                file => Assert.Contains(Path.GetFileName(file), kustomization.Resources.Concat(kustomization.Patches.Select(p => p.Path)))
            );
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task WhatKustomizeMakesOfThemHasTheFieldsOfItsKindAndNoOthers(string folder)
    {
        var built = await BuiltAsync(folder);
        var objects = Manifests.Parse(folder, built).Select(m => m.Object).ToArray();
        var settings = objects.OfType<V1ConfigMap>().SelectMany(m => m.Data).ToDictionary();
        Assert.Equal(
            Kustomization.Read(Repository.PathOf(folder)).Literals().GroupBy(l => l.Key).ToDictionary(g => g.Key, g => g.Last().Value),
            settings
        );
        foreach (var deployment in objects.OfType<V1Deployment>())
        {
            var scaled = objects.Any(o => o is V2HorizontalPodAutoscaler or ScaledObject);
            Assert.Equal(scaled, deployment.Spec.Replicas is null);
            var container = Assert.Single(deployment.Spec.Template.Spec.Containers);
            var gpu = container.Resources.Limits.ContainsKey("nvidia.com/gpu");
            Assert.Equal(gpu, settings.GetValueOrDefault("Explain__Device") == "cuda");
            Assert.Equal(gpu, container.Image.EndsWith("-gpu", StringComparison.Ordinal));
            Assert.Equal(gpu ? "0" : "1", deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value);
            Assert.Equal(gpu, deployment.Spec.Template.Spec.Tolerations?.Any(t => t.Key == "nvidia.com/gpu") ?? false);
        }
    }

    private static async Task<string> BuiltAsync(string folder)
    {
        try
        {
            using var kubectl = Process.Start(
                new ProcessStartInfo("kubectl", ["kustomize", Repository.PathOf(folder)])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = kubectl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var built = await kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(kubectl.ExitCode == 0, await errors);
            return built;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs kubectl, which builds kustomizations");
            throw;
        }
    }
}
