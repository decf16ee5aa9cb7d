namespace Explain.Load;

/// <summary>Attacks a service in every way there is and prints a table of what came of it.</summary>
internal static class AttackTable
{
    /// <summary>Does it.</summary>
    /// <returns>0, or 1 after a failure of the service.</returns>
    public static async Task<int> PrintAsync(ServiceProcess service, IReadOnlyList<string> models, IReadOnlyList<Ask> asks)
    {
        var (attacked, image) = (models[^1], asks[0].Image);
        Ask[] beside = [.. models.Take(2).Select(m => new Ask($"/api/v1/models/{m}/predict", image))];
        var attacks = new Attacks(service, attacked, image);
        await attacks.PrepareAsync();
        var quiet = await Watch.OverAsync(service, beside, "nothing", async _ =>
        {
            await Task.Delay(5000);
            return false;
        });
        var alone = quiet.Beside.Order().ElementAt((int)(0.95 * (quiet.Beside.Count - 1)));
        Console.WriteLine($"`{attacked}` is attacked; predictions of {string.Join(" and ", beside.Select(b => $"`{b.Path}`"))} beside it");
        Console.WriteLine();
        Console.WriteLine("| attack | ends | resident, most | predictions of others, p50 / p95 | processors free after |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine(quiet.Row(alone));
        var failed = false;
        foreach (var (name, go) in attacks.All)
        {
            var outcome = await Watch.OverAsync(service, beside, name, go);
            Console.WriteLine(outcome.Row(alone));
            failed |= outcome.Ends.Keys.Any(e =>
                e.StartsWith('5') && !e.StartsWith("503", StringComparison.Ordinal) && !e.StartsWith("504", StringComparison.Ordinal)
            );
        }
        Console.WriteLine(failed ? "\nthe service failed" : "\nno failure");
        return failed ? 1 : 0;
    }
}
