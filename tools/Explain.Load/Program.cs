// Loads the service on the loopback device and checks every answer against the one that the same request gets alone.
//   Explain.Load [--seconds 120] [--clients 64] [--models DIR] [-- SETTINGS OF THE SERVICE…]
//   Explain.Load requests PHOTOGRAPH [--models DIR] [-- SETTINGS OF THE SERVICE…]
//   Explain.Load throughput PHOTOGRAPH [--models DIR] [-- SETTINGS OF THE SERVICE…]
//   Explain.Load attack [--models DIR] [-- SETTINGS OF THE SERVICE…]
//   Explain.Load start [--program SERVICE.dll] [--models DIR] [-- SETTINGS OF THE SERVICE…]
// Prints how soon the processors are free when callers leave, throughput, percentiles, memory, and what the service still answers when
// three times as much is asked as it can do; exit code 1 when an answer was wrong.
// requests prints where the time of single requests goes.
// throughput prints what answers cost when eight clients ask, and what decoding, preparing and the run alone cost then.
// attack asks for as much as strangers can, under a heap limit of 1.5 GiB, and prints what others had meanwhile; exit code 1 after a
// status of 5xx but 503 and 504.
// start prints how long a process takes to its first answers; --program is another build of the service.
using System.Diagnostics;
using Explain.Load;

var own = args.TakeWhile(a => a != "--").ToArray();
string Option(string name, string fallback) => Array.IndexOf(own, name) is >= 0 and var at ? own[at + 1] : fallback;
var (seconds, clients, models) = (int.Parse(Option("--seconds", "120")), int.Parse(Option("--clients", "64")), Option("--models", ""));

if (own is ["alone", var photo, ..])
    return await Alone.RunAsync(photo, models);

// Each answer is to be computed, and written down as in production: pictures that nobody sent before are no hit in a cache.
using var trail = new TemporaryFolder();
string[] settings =
[
    .. own is ["throughput", ..] ? Array.Empty<string>() : ["--Explain:Cache:SizeBytes=0"],
    $"--Explain:Store:Directory={trail.Path}",
    .. models.Length > 0 ? [$"--models={Path.GetFullPath(models)}"] : Array.Empty<string>(),
    "--Serilog:MinimumLevel:Default=Warning",
    .. args.SkipWhile(a => a != "--").Skip(1),
];

var program = Option("--program", Path.Combine(AppContext.BaseDirectory, "Explain.Service.dll"));
if (own is ["start", ..])
    return await ColdStart.PrintAsync(program, settings);
var attacking = own is ["attack", ..];
await using var service = await ServiceProcess.StartAsync(
    program,
    settings,
    attacking ? new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x60000000", ["MALLOC_ARENA_MAX"] = "2" } : null
);
var names = await Workload.ModelsAsync(service.Client);
if (own is ["requests", var photograph, ..])
    return await RequestTable.PrintAsync(service.Client, names, photograph);
if (own is ["throughput", var picture, ..])
{
    using var alone = Alone.Start(picture, models);
    return await ThroughputTable.PrintAsync(service, alone, names, picture);
}
var asks = await Workload.AnsweredAloneAsync(service.Client, Workload.Make(names));
if (attacking)
    return await AttackTable.PrintAsync(service, names, asks);
Console.WriteLine($"{asks.Count} kinds of request to {names.Count} models: {string.Join(", ", names)}");

var left = await Leaving.MeasureAsync(service, asks, names);
if (left.Count > 0)
{
    Console.WriteLine(
        $"{left.Count} callers left in the midst of minutes of work: "
            + $"idle after {left.Order().ElementAt(left.Count / 2):F0} ms in the middle, {left.Max():F0} ms at most"
    );
}

var wrong = 0;
var watch = Stopwatch.StartNew();
var run = await Drive.ClosedAsync(service, asks, clients, TimeSpan.FromSeconds(seconds));
run.Print($"{clients} clients, {watch.Elapsed.TotalSeconds:F0} s");
wrong += run.Wrong;

// What it can do at most, and what is left of that when more is asked.
var share = TimeSpan.FromSeconds(Math.Max(seconds / 6, 5));
var peak = await Drive.ClosedAsync(service, asks, 8, share);
peak.Print("8 clients, the peak");
var peakRate = Math.Max(peak.Rate, run.Rate);

// Long: the first thousands of refusals cost three times what the later ones do, until their path is compiled for good.
var over = await Drive.OpenAsync(service, asks, 3 * peakRate, 3 * share);
over.Print($"{3 * peakRate:F0} requests a second, three times the peak");
Console.WriteLine($"goodput under overload: {over.Rate / peakRate:P0} of the peak");
wrong += peak.Wrong + over.Wrong;
Console.WriteLine(wrong == 0 ? "no answer was wrong" : $"{wrong} answers were wrong");
return wrong == 0 ? 0 : 1;
