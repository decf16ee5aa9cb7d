using Explain.Engine.Models;
using Explain.Engine.Models.Reading;

namespace Explain.Engine.Catalogue;

/// <summary>A loaded model and those who use it: it is disposed of when the catalogue has let go of it and its last user is done.</summary>
internal sealed class ServedModel(Model model)
{
    private int _users = 1;

    /// <summary>The model.</summary>
    public Model Model => model;

    /// <summary>One user more; false when the model is gone already.</summary>
    public bool TryUse()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        }

        return false;
    }

    /// <summary>One user less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            model.Dispose();
    }
}

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
    public ModelDescription Description => Model.Description;

    internal Model Model => _served.Model;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
            _served.Release();
    }
}
