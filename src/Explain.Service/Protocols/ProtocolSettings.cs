using Explain.Engine.Explaining;
using Explain.Service.Endpoints;
using Explain.Service.Settings;

namespace Explain.Service.Protocols;

/// <summary>Which protocols are spoken besides the native API.</summary>
internal sealed record ProtocolSettings
{
    /// <summary>KServe V1: <c>/v1/models</c>.</summary>
    public required bool KServe { get; init; }

    /// <summary>Open Inference Protocol V2: <c>/v2</c>.</summary>
    public required bool OpenInference { get; init; }

    /// <summary>TorchServe: <c>/predictions</c>, <c>/explanations</c>, <c>/ping</c>.</summary>
    public required bool TorchServe { get; init; }

    /// <summary>Reads the section.</summary>
    public static ProtocolSettings Read(SettingsReader reader) =>
        new()
        {
            KServe = reader.Flag("KServe", true, "Whether KServe V1 is spoken."),
            OpenInference = reader.Flag("OpenInference", true, "Whether the Open Inference Protocol is spoken."),
            TorchServe = reader.Flag("TorchServe", true, "Whether TorchServe's inference API is spoken."),
        };
}
