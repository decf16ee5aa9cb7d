using System.Text.Json.Serialization;
using Explain.Engine.Answers;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Explaining;

/// <summary>How far an answer is: the data of the event <c>progress</c>.</summary>
/// <param name="Done">Batch items that went through the model.</param>
/// <param name="Of">Those that were planned, at most.</param>
/// <param name="Maps">Maps that have grown, where the method makes them of samples.</param>
public sealed record ProgressDocument(
    long Done,
    long Of,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PartialMapDocument>? Maps
);

/// <summary>A map that is not at its end.</summary>
/// <param name="Explanation">Its place among the explanations of the answer.</param>
/// <param name="Map">The map that a deadline would give now.</param>
/// <param name="Partial">The samples it is made of.</param>
public sealed record PartialMapDocument(int Explanation, MapDocument Map, Progress Partial)
{
    /// <summary>A map, written.</summary>
    public static PartialMapDocument Of(PartialMap map) => new(map.Explanation, MapDocument.Of(map.Map), map.Partial);
}
