using System.Globalization;
using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Explain.Service.Models;
using Explain.Service.Settings;

namespace Explain.Service;

/// <summary>What the engine works with.</summary>
/// <param name="Options">Models, device and image limits.</param>
/// <param name="ImageCodec">What reads and writes images.</param>
/// <param name="EmbeddedModels">Models that are served besides those of the models directory.</param>
/// <param name="Uploads">Models that callers send.</param>
internal sealed record EngineSettings(
    EngineOptions Options,
    ImageLibrary ImageCodec,
    IReadOnlyList<ModelSource> EmbeddedModels,
    UploadSettings Uploads
)
{
    /// <summary>Reads them.</summary>
    public static EngineSettings Read(SettingsReader reader)
    {
        var options = new EngineOptions
        {
            ModelsDirectory = reader.Directory("ModelsDirectory", "The folder with a folder for each model."),
            ModelName = reader.Text(
                "ModelName",
                "the name of a folder of models",
                "A model that must be there, below the models directory or in it: then it is that model's own folder."
            ),
            Device = reader.OneOf(
                "Device",
                Device.Auto,
                "Where models run; `auto`: on CUDA if it can be used. CUDA takes a build with `-p:OnnxRuntimeFlavor=Gpu`."
            ),
            CudaDevices = Numbers(reader),
            MaxCudaBytes = reader.Whole(
                "MaxCudaBytes",
                0,
                0,
                1L << 40,
                "Memory of a CUDA device that one open session may take, of which a model has up to six; 0: all there is."
            ),
            MaxLoadTime = TimeSpan.FromSeconds(
                reader.Whole(
                    "MaxLoadSeconds",
                    300,
                    1,
                    24 * 3600,
                    "How long a model may take until it is ready; one that takes longer has failed, and says so."
                )
            ),
            NativeOperators = reader.OneOf(
                "NativeOperators",
                NativeOperators.Auto,
                "Whether gradients on the CPU are computed with operators of the engine's own, where they fit."
            ),
            ThreadsPerModel = (int)reader.Whole("ThreadsPerModel", 0, 0, 1024, "Threads of a native run; 0: all processors."),
            MaxImageBytes = (int)
                reader.Whole(
                    "MaxImageBytes",
                    10 * 1024 * 1024,
                    1024,
                    1024 * 1024 * 1024,
                    "The largest image, checked before it is decoded."
                ),
            MaxImagePixels = reader.Whole(
                "MaxImagePixels",
                40_000_000,
                1,
                1_000_000_000,
                "The most pixels of an image, checked before it is decoded."
            ),
            MaxConcurrentRuns = (int)
                reader.Whole("MaxConcurrentRuns", Environment.ProcessorCount, 1, 1024, "Native runs at once.", "as many as processors"),
            MaxBatch = (int)reader.Whole("MaxBatch", 4, 1, 256, "Waiting requests that one run may answer."),
            BatchDelay = TimeSpan.FromMilliseconds(
                reader.Whole("BatchDelayMilliseconds", 0, 0, 1000, "How long a run with room left waits for company.")
            ),
        };
        if (options.Device == Device.Cuda && Cuda.WhyNot(options.CudaDevices) is { } obstacle)
            reader.Refuse("Device", "cuda", $"auto or cpu, as CUDA cannot be used here: {obstacle}");
        var codec = reader.OneOf(
            "ImageCodec",
            ImageLibrary.Vips,
            "What reads and writes images; `imagesharp` is [slower and reads less](operations.md#images), and needs no native library."
        );
        var embedded = reader.Flag("DemoModel", true, "Whether the embedded demo " + "model is served.")
            ? [DemoAssets.Model]
            : Array.Empty<ModelSource>();
        var uploads = UploadSettings.Read(reader.Section("Uploads", "Directory"), options.ModelsDirectory);
        options = options with { UploadsDirectory = uploads.Directory };
        if (embedded.Length == 0 && options.ModelsDirectory is null && uploads.Directory is null)
            reader.Refuse("DemoModel", "false", "true, or a ModelsDirectory or Uploads: otherwise there is no model to serve");
        if (!ModelCatalogue.HasNamedModel(options, embedded))
        {
            reader.Refuse(
                "ModelName",
                options.ModelName,
                "a folder in the ModelsDirectory, or any name if the ModelsDirectory itself holds model.onnx, or 1/model.onnx"
            );
        }

        return new EngineSettings(options, codec, embedded, uploads);
    }

    private static int[] Numbers(SettingsReader reader)
    {
        const string allowed = "numbers from 0 on, with commas between them, each once";
        var texts = reader.Texts("CudaDevices", allowed, "The CUDA devices that models run on: each model on one of them, in turn.", "0");
        int[] numbers = [.. texts.Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1)];
        if (!numbers.Contains(-1) && numbers.Distinct().Count() == numbers.Length)
            return numbers is [] ? [0] : numbers;
        reader.Refuse("CudaDevices", string.Join(",", texts), allowed);
        return [0];
    }
}
