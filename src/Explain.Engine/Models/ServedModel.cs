using Explain.Engine.Models.Reading;

namespace Explain.Engine.Models;

/// <summary>A loaded model and those who use it: it is disposed of when the catalogue has let go of it and its last user is done.</summary>
/// <param name="model">The model; owned.</param>
/// <param name="methods">Every method, with the reason where it cannot be done.</param>
internal sealed class ServedModel(LoadedModel model, IReadOnlyList<MethodSupport> methods)
{
    private int _users = 1;

    /// <summary>The model.</summary>
    public LoadedModel Model => model;

    /// <summary>Every method, with the reason where it cannot be done.</summary>
    public IReadOnlyList<MethodSupport> Methods => methods;

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
