namespace Explain.Service.Tests.Hostile;

/// <summary>A way to damage a request.</summary>
/// <param name="Name">What it damages.</param>
/// <param name="Applies">Whether it can be done to a request.</param>
/// <param name="Mutate">Does it.</param>
internal sealed record Mutator(string Name, Func<HostileRequest, bool> Applies, Func<HostileRequest, Random, HostileRequest> Mutate);

/// <summary>All of them, and the requests that they make of the seeds: the same number is the same request on every machine.</summary>
internal static class MutatorTable
{
    private const string Image = "image";

    // csharpier-ignore
    public static IReadOnlyList<Mutator> All { get; } =
    [
        new(Image, _ => true, (request, _) => request),
        new("bytes", r => r.Body.Length > 0, (request, random) => request with { Body = ByteMutators.Mutate(request.Body, random) }),
        new("json", r => r["Content-Type"] == "application/json", (request, random) => request with { Body = JsonMutators.Mutate(request.Body, random) }),
        new("form", r => r["Content-Type"]?.StartsWith("multipart/", StringComparison.Ordinal) == true, FormMutators.Mutate),
        new("tensor", TensorMutators.Applies, TensorMutators.Mutate),
        new("path", _ => true, AddressMutators.Path),
        new("query", r => r.Verb == "POST" || r.Target.Contains('?'), AddressMutators.Query),
        new("header", _ => true, AddressMutators.Header),
        new("wire", _ => true, WireMutators.Mutate),
    ];

    /// <summary>Makes a request.</summary>
    /// <param name="seed">Of the whole run.</param>
    /// <param name="number">Which one.</param>
    public static HostileRequest Make(int seed, int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        var (start, image) = (Seeds.All[number % Seeds.All.Count], SeedImages.All[random.Next(SeedImages.All.Count)]);
        var intact = start.Make(image);
        var fitting = All.Where(m => m.Applies(intact) && (m.Name != Image || TakesImage(start))).ToArray();
        var mutator = fitting[random.Next(fitting.Length)];
        var request = mutator.Name == Image ? start.Make(ImageMutators.Mutate(image, random)) : mutator.Mutate(intact, random);
        var done = mutator.Name;
        // Sometimes one thing hides another.
        if (
            random.Next(8) == 0
            && request.Wire is null
            && fitting[random.Next(fitting.Length)] is { Name: not Image } second
            && second.Applies(request)
        )
        {
            (request, done) = (second.Mutate(request, random), $"{done}, {second.Name}");
        }

        return request with
        {
            Name = $"{number} {done}: {start.Name}",
        };
    }

    private static bool TakesImage(Seed seed) => !seed.Make([1]).Body.AsSpan().SequenceEqual(seed.Make([2]).Body);
}
