using Explain.Deploy.Tests.Compose;

namespace Explain.Deploy.Tests.Images;

/// <summary>The two Dockerfiles agree, and copy what is there.</summary>
public sealed class DockerfileTests
{
    private static readonly Dockerfile Cpu = Dockerfile.Read("Dockerfile");
    private static readonly Dockerfile Gpu = Dockerfile.Read("Dockerfile.gpu");

    [Fact]
    public void TheGpuImageStartsAsTheOtherDoes()
    {
        foreach (var name in new[] { "ENTRYPOINT", "USER", "EXPOSE" })
            Assert.Equal(Cpu.One(name), Gpu.One(name));
        Assert.Equal(Cpu.One("HEALTHCHECK").Exec, Gpu.One("HEALTHCHECK").Exec);
        Assert.Equal(Cpu.All("WORKDIR"), Gpu.All("WORKDIR"));
        Assert.Equal(Cpu.Environment(), Gpu.Environment().Where(e => Cpu.Environment().ContainsKey(e.Key)).ToDictionary());
        Assert.Equal("cuda", Gpu.Environment()["Explain__Device"]);
        var commands = Gpu.Stages[0].Where(i => i.Name == "RUN").SelectMany(i => i.Text.Split("&&"));
        Assert.All(
            commands.Where(c => c.Contains("dotnet restore ", StringComparison.Ordinal) || c.Contains("publish", StringComparison.Ordinal)),
            c => Assert.Contains(" -p:OnnxRuntimeFlavor=Gpu ", c, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void EveryProjectOfTheGpuImageHasItsOwnLockFile()
    {
        var projects = Directory.GetFiles(Repository.PathOf("src"), "packages.lock.json", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        Assert.All(projects, p =>
            Assert.True(File.Exists(p.Replace("packages.lock.json", "packages.gpu.lock.json", StringComparison.Ordinal)), p)
        );
    }

    [Fact]
    public void AnImageIsOfSeveralStagesAndStartsWithoutAShellAndWithoutRoot()
    {
        foreach (var file in new[] { Cpu, Gpu })
        {
            Assert.True(file.Stages.Count > 1);
            Assert.All(file.Image.Where(i => i.Name is "ENTRYPOINT" or "HEALTHCHECK"), i => Assert.Equal("dotnet", i.Exec[0]));
            Assert.True(int.Parse(file.One("USER").Text) > 0);
        }
        Assert.Contains("-chiseled@", Cpu.One("FROM").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Cpu.Image, i => i.Name == "RUN");
    }

    [Fact]
    public void WhatIsBuiltOnIsNamedByItsDigest()
    {
        var arguments = Gpu.Arguments;
        string[] stages =
        [
            .. new[] { Cpu, Gpu }.SelectMany(f => f.Stages.Select(s => s[0].Words[0])).Select(i => arguments.GetValueOrDefault(i, i)),
        ];
        string[] services =
        [
            .. ComposeFile.Read("docker-compose.yml").Services.Values.Select(s => s.Image).Where(i => !i.StartsWith("explain-service:")),
        ];
        Assert.Equal(4, services.Length);
        Assert.All(stages.Concat(services), i => Assert.Matches("^[a-z./]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}$", i));
    }

    [Fact]
    public void WhatIsCopiedIsThereAndNotKeptFromTheBuild()
    {
        var kept = Repository.Read(".dockerignore").Split('\n').Where(l => l.StartsWith('!')).Select(l => l[1..]).ToArray();
        foreach (var source in new[] { Cpu, Gpu }.SelectMany(f => f.Stages[0].Where(i => i.Name == "COPY").SelectMany(i => i.Words[..^1])))
        {
            Assert.True(Path.Exists(Repository.PathOf(source)), source);
            Assert.Contains(source.Split('/')[0], kept);
        }
    }
}
