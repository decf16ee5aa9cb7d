using System.Text.Json;
using System.Text.Json.Serialization;

namespace Explain.Engine.Segmentation;

/// <summary>Writes shares as numbers, as they were before there were other thresholds: the names of answers stay.</summary>
internal sealed class RegionThresholdConverter : JsonConverter<RegionThreshold>
{
    public override RegionThreshold Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("thresholds are read by the table of parameters");

    public override void Write(Utf8JsonWriter writer, RegionThreshold value, JsonSerializerOptions options)
    {
        if (value.Kind == ThresholdKind.Share)
            writer.WriteNumberValue(value.Value);
        else
            writer.WriteStringValue(value.ToString());
    }
}
