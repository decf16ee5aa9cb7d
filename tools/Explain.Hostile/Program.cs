// Sends damaged requests of every protocol to a service in a process of its own. Each must get an error in the shape of its protocol or a
// right answer, and intact requests the same bytes as before.
//   Explain.Hostile [--seed 1] [--count 30000] [--first 0] [-- SETTINGS OF THE SERVICE…]
// Prints the answers by status and the memory of the service; exit code 1 when an answer was wrong. With --count 1 it prints the request,
// too.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Explain.Service.Tests.Hostile;
using Explain.Testing;

const int Between = 500;
var own = args.TakeWhile(a => a != "--").ToArray();
int Option(string name, int fallback) =>
    Array.IndexOf(own, name) is >= 0 and var at ? int.Parse(own[at + 1], CultureInfo.InvariantCulture) : fallback;
var (seed, count, first) = (Option("--seed", 1), Option("--count", 30_000), Option("--first", 0));

var folder = Directory.CreateTempSubdirectory("explain-hostile-").FullName;
HostileRun.WriteModels(folder);
await using var service = await ServiceProcess.StartAsync(
    Path.Combine(AppContext.BaseDirectory, "Explain.Service.dll"),
    [.. HostileRun.Settings(folder), .. args.SkipWhile(a => a != "--").Skip(1)]
);
var run = new HostileRun(service.Address);
if (count == 1)
    Console.WriteLine(Encoding.Latin1.GetString(MutatorTable.Make(seed, first).ToBytes()));
await run.BeginAsync();

var (memory, watch, shown) = (new List<double>(), Stopwatch.StartNew(), 0);
for (var sent = 0; sent < count; sent += Between)
{
    try
    {
        await run.SendAsync(seed, first + sent, Math.Min(Between, count - sent));
        await run.CompareAsync();
        memory.Add(service.Resident / 1e6);
    }
    catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
    {
        run.Bad.Enqueue($"the service ended between request {first + sent} and {first + sent + Between}");
        break;
    }
    foreach (var bad in run.Bad.Skip(shown))
        Console.WriteLine(bad);
    shown = run.Bad.Count;
    if (sent % (10 * Between) == 0)
        Console.WriteLine($"{sent + Between} requests, {watch.Elapsed.TotalSeconds:F0} s, {memory[^1]:F0} MB");
}
foreach (var bad in run.Bad.Skip(shown))
    Console.WriteLine(bad);
var troubles = service.Lines.Where(l =>
    l.Contains("fail", StringComparison.OrdinalIgnoreCase)
    || l.Contains("Exception", StringComparison.Ordinal)
    || l.Contains("   at ", StringComparison.Ordinal)
);
foreach (var line in troubles.Take(200))
    Console.WriteLine($"  log: {line}");

var ends = string.Join(", ", run.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} x {(s.Key == 0 ? "closed" : s.Key)}"));
Console.WriteLine($"seed {seed}: {run.Statuses.Values.Sum()} damaged requests in {watch.Elapsed.TotalSeconds:F0} s: {ends}");
Console.WriteLine($"{run.Compared} intact requests answered with the same bytes as before; {run.Bad.Count} bad");
if (memory.Count > 0)
    Console.WriteLine($"memory: {memory[0]:F0} MB after the first {Between}, at most {memory.Max():F0} MB, {memory[^1]:F0} MB at the end");
Directory.Delete(folder, recursive: true);
return run.Bad.IsEmpty ? 0 : 1;
