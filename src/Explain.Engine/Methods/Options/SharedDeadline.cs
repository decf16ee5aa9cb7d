namespace Explain.Engine.Methods.Options;

/// <summary>The deadline of a request, dealt out evenly to the maps it asks for.</summary>
/// <param name="time">From now on; null for no end.</param>
internal sealed class SharedDeadline(TimeSpan? time)
{
    private readonly Deadline _all = Deadline.After(time);
    private int _maps;

    /// <summary>Announces maps that will be asked for.</summary>
    public void Expect(int maps) => _maps += maps;

    /// <summary>The share of the next maps in the time that is left.</summary>
    public Deadline Next(int maps)
    {
        var share = (double)maps / Math.Max(_maps, maps);
        _maps -= maps;
        return Deadline.After(_all.Left * share);
    }
}
