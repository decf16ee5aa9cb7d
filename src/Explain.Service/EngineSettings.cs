using Explain.Engine.Vocabulary;
using Explain.Service.Settings;

namespace Explain.Service;

/// <summary>Models, device and image limits.</summary>
internal static class EngineSettings
{
    /// <summary>Reads them.</summary>
    public static EngineOptions Read(SettingsReader reader)
    {
        var options = new EngineOptions
        {
            ModelsDirectory = reader.Directory("ModelsDirectory"),
            ModelName = reader.Text("ModelName"),
            DemoModel = reader.Flag("DemoModel", true),
            Device = reader.OneOf("Device", Device.Auto),
            ThreadsPerModel = (int)reader.Whole("ThreadsPerModel", 0, 0, 1024),
            MaxImageBytes = (int)reader.Whole("MaxImageBytes", 10 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
            MaxImagePixels = reader.Whole("MaxImagePixels", 40_000_000, 1, 1_000_000_000),
            MaxConcurrentRuns = (int)reader.Whole("MaxConcurrentRuns", Environment.ProcessorCount, 1, 1024),
            MaxBatch = (int)reader.Whole("MaxBatch", 4, 1, 256),
            BatchDelay = TimeSpan.FromMilliseconds(reader.Whole("BatchDelayMilliseconds", 0, 0, 1000)),
        };
        if (options is { DemoModel: false, ModelsDirectory: null })
            reader.Refuse("DemoModel", "false", "true, or a ModelsDirectory: otherwise there is no model to serve");
        if (!options.HasNamedModel)
        {
            reader.Refuse(
                "ModelName",
                options.ModelName,
                "a folder in the ModelsDirectory, or any name if the ModelsDirectory itself holds model.onnx, or 1/model.onnx"
            );
        }

        return options;
    }
}
