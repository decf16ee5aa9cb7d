using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Image;

/// <summary>A NumPy file in the place of an image: the model's own input, preprocessed already.</summary>
internal static class TensorFile
{
    /// <summary>Whether a file is one, by its name.</summary>
    public static bool Is(string file) => Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that the answer can be written.</summary>
    /// <exception cref="UsageException">It would be an image.</exception>
    public static void RequireFormat(IEnumerable<string> inputs, AnswerFormat format)
    {
        if (!TensorAnswerWriter.Formats.Contains(format) && inputs.FirstOrDefault(Is) is { } tensor)
            throw new UsageException($"'{tensor}' is a tensor, of which no image can be drawn; say --format json or --format npy");
    }

    /// <summary>Explains the tensor.</summary>
    /// <exception cref="IOException">The file holds something else.</exception>
    public static async Task<byte[]> ExplainAsync(
        OpenModel model,
        byte[] file,
        RequestParameters request,
        AnswerFormat format,
        CancellationToken cancellation
    )
    {
        var description = model.Description;
        var answer = await model.Explainer.ExplainTensorAsync(
            model.Lease,
            new TensorQuery(Read(file), request.Explain),
            RunContext.Alone(cancellation)
        );
        return TensorAnswerWriter.Write(answer, new ModelIdentity(description.Name, description.Version, description.Sha256), format);
    }

    private static FloatTensor Read(byte[] file)
    {
        try
        {
            var tensor = NpyReader.Read(file);
            return tensor.Values is float[] values
                ? new FloatTensor(tensor.Shape, values)
                : throw new IOException("holds numbers of another type; the model's input is float32 (<f4)");
        }
        catch (FormatException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
