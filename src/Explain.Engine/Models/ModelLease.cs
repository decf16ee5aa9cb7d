using Explain.Engine.Models.Reading;

namespace Explain.Engine.Models;

/// <summary>
/// The right to use a model until disposed, whatever is loaded in its place meanwhile: everything that is answered from it comes from the
/// same files.
/// </summary>
public sealed class ModelLease : IDisposable
{
    private readonly ServedModel _served;
    private int _returned;

    internal ModelLease(ServedModel served)
    {
        _served = served;
    }

    /// <summary>What clients may know of it.</summary>
    public ModelDescription Description => _served.Model.Description;

    /// <summary>Every method, with the reason where it cannot be done.</summary>
    public IReadOnlyList<MethodSupport> Methods => _served.Methods;

    /// <summary>What it has computed since it was loaded.</summary>
    public RunTotals Totals => _served.Model.Counts.Totals;

    internal Model Model => _served.Model.View;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
            _served.Release();
    }
}
