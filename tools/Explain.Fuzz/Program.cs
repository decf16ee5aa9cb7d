// Drives damaged model files through load, describe and explain, in child processes, so that a crash of native code or a hang is found and
// the run goes on.
//   Explain.Fuzz COUNT [FIRST]         run seeds FIRST to FIRST + COUNT - 1, print what they came to; exit code 1 when one crashed, hung,
//                                      or ended in an unclear error
//   Explain.Fuzz child FIRST END FILE  the same in this process; FILE says which seed is under way
using System.Diagnostics;
using System.Globalization;
using Explain.Engine.Tests.Fuzz;

const int HangSeconds = 60;
if (args is ["child", var from, var to, var progress])
    return await Child(Number(from), Number(to), progress);
var first = args.Length > 1 ? Number(args[1]) : 0;
var (end, bad, ends) = (first + Number(args[0]), new List<string>(), new SortedDictionary<string, int>());
var current = Path.GetTempFileName();
var watch = Stopwatch.StartNew();
for (var seed = first; seed < end; )
{
    File.WriteAllText(current, $"{seed}");
    using var child = Process.Start(
        new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                    ? [typeof(FuzzDriver).Assembly.Location]
                    : Array.Empty<string>(),
                "child",
                $"{seed}",
                $"{end}",
                current,
            ]
        )
        {
            RedirectStandardOutput = true,
        }
    )!;
    var lines = Task.Run(async () =>
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("end ", StringComparison.Ordinal))
                ends[line[4..]] = ends.GetValueOrDefault(line[4..]) + 1;
            else if (line.StartsWith("bad ", StringComparison.Ordinal))
                Report(line[4..]);
        }
    });
    var hung = false;
    while (!child.WaitForExit(1000))
    {
        if (DateTime.UtcNow - File.GetLastWriteTimeUtc(current) < TimeSpan.FromSeconds(HangSeconds))
            continue;
        hung = true;
        child.Kill();
    }
    await lines;
    var reached = Number(File.ReadAllText(current));
    if (!hung && child.ExitCode == 0)
        break;
    Report($"seed {reached}: {(hung ? $"no end within {HangSeconds} s" : $"the process died with code {child.ExitCode}")}");
    seed = reached + 1;
}
File.Delete(current);
var counts = string.Join(", ", ends.Select(e => $"{e.Value} {e.Key}"));
Console.WriteLine($"{end - first} inputs in {watch.Elapsed.TotalSeconds:F0} s: {counts}; {bad.Count} bad");
return bad.Count > 0 ? 1 : 0;

void Report(string what)
{
    bad.Add(what);
    Console.WriteLine(what);
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static async Task<int> Child(int first, int end, string progress)
{
    var folder = Directory.CreateTempSubdirectory("fuzz-");
    for (var seed = first; seed < end; seed++)
    {
        File.WriteAllText(progress, $"{seed}");
        try
        {
            var input = ModelMutator.Mutate(FuzzSeeds.All[seed % FuzzSeeds.All.Count], seed);
            Console.WriteLine($"end {await FuzzDriver.RunAsync(input, folder.FullName, CancellationToken.None)}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"bad seed {seed}: {e.ToString().ReplaceLineEndings(" ")}");
        }
    }
    folder.Delete(recursive: true);
    return 0;
}
