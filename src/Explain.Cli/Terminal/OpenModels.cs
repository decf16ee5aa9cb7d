namespace Explain.Cli.Terminal;

/// <summary>Models of different names that are loaded and answer.</summary>
internal sealed class OpenModels : IDisposable
{
    private readonly List<OpenModel> _all = [];

    private OpenModels() { }

    /// <summary>In the order in which they were chosen.</summary>
    public IReadOnlyList<OpenModel> All => _all;

    /// <summary>Loads models.</summary>
    /// <param name="choices">Which, and what runs them.</param>
    /// <param name="shell">Gets the warnings.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="UsageException">One cannot be used, or two have one name.</exception>
    public static async Task<OpenModels> OpenAsync(IEnumerable<ModelChoice> choices, Shell shell, CancellationToken cancellation)
    {
        var models = new OpenModels();
        try
        {
            foreach (var choice in choices)
                models._all.Add(await OpenModel.OpenAsync(choice, shell, cancellation));
            if (models.All.GroupBy(m => m.Description.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new UsageException($"two models are called '{twice.Key}', by their folders; tables would mix them up");
            return models;
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    public void Dispose() => _all.ForEach(m => m.Dispose());
}
