using System.Diagnostics;
using System.Runtime.InteropServices;
using Explain.Testing;

namespace Explain.Deploy.Tests.Images;

/// <summary>The image that needs no card.</summary>
public sealed class CpuImage() : BuiltImage("Dockerfile");

/// <summary>The image with CUDA.</summary>
public sealed class GpuImage() : BuiltImage("Dockerfile.gpu");

/// <summary>
/// What the first stage of a Dockerfile makes, made by its own instructions in a folder of its own when it is first asked for.
/// </summary>
public abstract class BuiltImage(string dockerfile) : IDisposable
{
    private static readonly string[] NeverCopied = ["bin", "obj"];

    // What BuildKit sets for those that declare it.
    private static readonly Dictionary<string, string> Platform = new()
    {
        ["TARGETARCH"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("explain-image-").FullName;

    private Task<string>? _output;

    internal Dockerfile Dockerfile { get; } = Dockerfile.Read(dockerfile);

    /// <summary>The folder that is copied into the image.</summary>
    internal Task<string> OutputAsync() => _output ??= BuildAsync();

    /// <summary>A new empty folder.</summary>
    internal string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>The image's environment, with a port and a folder of models of this machine in the place of the container's own.</summary>
    internal Dictionary<string, string> Environment(string models)
    {
        var environment = Dockerfile.Environment();
        environment["ASPNETCORE_HTTP_PORTS"] = $"{Ports.Free()}";
        environment["Explain__ModelsDirectory"] = models;
        return environment;
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<string> BuildAsync()
    {
        var root = Folder("build");
        var work = root;
        var arguments = new Dictionary<string, string>();
        foreach (var step in Dockerfile.Stages[0])
        {
            if (step.Name == "ARG")
                arguments[step.Text] = Platform[step.Text];
            if (step.Name == "WORKDIR")
                work = Directory.CreateDirectory(root + step.Text).FullName;
            if (step.Name == "COPY")
                Copy(step.Words, work);
            if (step.Name == "RUN")
                await RunAsync(step.Text, work, arguments);
        }
        return root + Assert.Single(Dockerfile.All("COPY"), c => c.Text.StartsWith("--from=build ", StringComparison.Ordinal)).Words[0];
    }

    private static void Copy(string[] words, string work)
    {
        foreach (var source in words[..^1].Select(w => Repository.PathOf(w.TrimEnd('/'))))
        {
            if (Directory.Exists(source))
            {
                CopyFolder(new DirectoryInfo(source), Path.Combine(work, words[^1]));
            }
            else
            {
                File.Copy(
                    source,
                    Path.Combine(Directory.CreateDirectory(Path.Combine(work, words[^1])).FullName, Path.GetFileName(source))
                );
            }
        }
    }

    private static void CopyFolder(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
            file.CopyTo(Path.Combine(target, file.Name), overwrite: true);
        foreach (var folder in source.EnumerateDirectories().Where(f => !NeverCopied.Contains(f.Name)))
            CopyFolder(folder, Path.Combine(target, folder.Name));
    }

    private static async Task RunAsync(string command, string work, Dictionary<string, string> arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"exec 2>&1; {command}"]) { WorkingDirectory = work, RedirectStandardOutput = true };
        // What the test runner's own build sets must not get into this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in arguments)
            start.Environment[name] = value;
        using var shell = Process.Start(start)!;
        var printed = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"RUN {command}\n{printed}");
    }
}
