using System.Diagnostics;

namespace Explain.Deploy.Tests.Images;

/// <summary>
/// A root of its own for a program: the libraries that the chiseled base image has and no others, .NET, the image's folders,
/// read-only but for /tmp, and the image's user.
/// </summary>
internal static class Isolation
{
    // Of the base image's packages libc6, libgcc-s1, libstdc++6 and libssl3.
    // csharpier-ignore
    private static readonly string[] Libraries =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2", "libgcc_s.so.1", "libstdc++.so.6",
        "libssl.so.3", "libcrypto.so.3",
    ];

    /// <summary>Why this machine cannot do it; null when it can.</summary>
    public static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "needs root on Linux, for a root file system of its own";
        var (code, printed) = Shell("unshare --mount --pid --fork true && ldconfig -p");
        return code == 0 ? null : $"needs unshare and ldconfig: {printed}";
    }

    /// <summary>Makes the root: <paramref name="application"/> at <paramref name="workdir"/>, and the other folders empty.</summary>
    public static void Prepare(string root, string application, string workdir, IEnumerable<string> folders)
    {
        foreach (var folder in (string[])["/lib", "/lib64", "/usr/bin", "/usr/share/dotnet", "/etc", "/tmp", "/proc", "/dev", .. folders])
            Directory.CreateDirectory(root + folder);
        Directory.CreateDirectory(Path.GetDirectoryName(root + workdir)!);
        if (Directory.Exists(root + workdir))
            Directory.Delete(root + workdir);
        var loader = Cached("ld-linux-");
        File.Copy(loader, Path.Combine(root, "lib64", Path.GetFileName(loader)));
        foreach (var library in Libraries)
            File.Copy(Cached(library), Path.Combine(root, "lib", library));
        File.WriteAllText(Path.Combine(root, "etc", "passwd"), "root:x:0:0::/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n");
        File.WriteAllText(Path.Combine(root, "etc", "hosts"), "127.0.0.1 localhost\n");
        File.WriteAllText(Path.Combine(root, "dev", "null"), "");
        File.WriteAllText(Path.Combine(root, "dev", "urandom"), "");
        File.CreateSymbolicLink(Path.Combine(root, "usr", "bin", "dotnet"), "/usr/share/dotnet/dotnet");
        var (code, printed) = Shell($"cp -r '{application}' '{root}{workdir}'");
        Assert.True(code == 0, printed);
    }

    /// <summary>The command that runs another one in the root.</summary>
    public static string[] Command(
        string root,
        string workdir,
        string user,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var dotnet = Path.GetDirectoryName(
            new FileInfo(Environment.ProcessPath!) is { LinkTarget: null } file
                ? file.FullName
                : File.ResolveLinkTarget(Environment.ProcessPath!, true)!.FullName
        );
        var script = $"""
            set -e
            mount --make-rprivate /
            mount --bind "$1" "$1"
            mount --bind '{dotnet}' "$1/usr/share/dotnet"
            mount -o remount,ro,bind "$1/usr/share/dotnet"
            mount --bind /dev/null "$1/dev/null"
            mount --bind /dev/urandom "$1/dev/urandom"
            mount -t proc proc "$1/proc"
            mount -o remount,ro,bind "$1"
            mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
            if touch "$1{workdir}/written" 2> /dev/null; then echo "the root can be written to"; exit 1; fi
            root=$1
            shift
            exec env -i PATH=/usr/bin:/bin "$@"
            """;
        return
        [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            script,
            "sh",
            root,
            .. environment.Select(e => $"{e.Key}={e.Value}"),
            "/usr/bin/unshare",
            $"--root={root}",
            $"--wd={workdir}",
            $"--setgid={user}",
            $"--setuid={user}",
            .. command,
        ];
    }

    private static string Cached(string library)
    {
        var lines = Shell("ldconfig -p")
            .Printed.Split('\n')
            .Where(l => l.Trim().StartsWith(library, StringComparison.Ordinal) && !l.Contains("(libc6)", StringComparison.Ordinal));
        var path = lines.First().Split("=> ")[1];
        return File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && !library.StartsWith("ld-", StringComparison.Ordinal)
            ? target.FullName
            : path;
    }

    private static (int Code, string Printed) Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec 2>&1; {command}"]) { RedirectStandardOutput = true })!;
        var printed = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, printed);
    }
}
