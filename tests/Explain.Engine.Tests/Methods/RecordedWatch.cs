using Explain.Engine.Telemetry;

namespace Explain.Engine.Tests.Methods;

/// <summary>Watches work, wants every map, and keeps all that it is told.</summary>
internal sealed class RecordedWatch : IRunWatch
{
    public List<PartialMap> Maps { get; } = [];

    public long Planned { get; private set; }

    public long Passed { get; private set; }

    public bool WantsMaps => true;

    public void Plan(long passes) => Planned = passes;

    public void Pass(int passes) => Passed += passes;

    public void Grow(IReadOnlyList<PartialMap> maps) => Maps.AddRange(maps);
}
