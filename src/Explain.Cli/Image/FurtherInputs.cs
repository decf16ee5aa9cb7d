using System.CommandLine;
using Explain.Engine.Inputs;
using Explain.Engine.Parameters;

namespace Explain.Cli.Image;

/// <summary>Values for the model's inputs beside the picture, from NumPy files.</summary>
internal static class FurtherInputs
{
    public static Option<string[]> Option() => new("--input")
    {
        Description = "A NumPy file for an input of the model beside the picture; once for each input",
        HelpName = "NAME=FILE.npy",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Adds what the files hold to what the request says.</summary>
    /// <exception cref="UsageException">A file is missing or no NumPy array, or an input is given twice.</exception>
    public static RequestParameters AddTo(RequestParameters request, IEnumerable<string> given)
    {
        var inputs = new Dictionary<string, InputTensor>(request.Explain.Inputs);
        foreach (var text in given)
        {
            // A tensor's name may hold anything; a file's name seldom holds the sign.
            var split = text.LastIndexOf('=');
            if (split <= 0 || split == text.Length - 1) throw new UsageException($"--input '{text}' is not of the form NAME=FILE.npy");
            if (!inputs.TryAdd(text[..split], Read(text[(split + 1)..]))) throw new UsageException($"--input '{text[..split]}' is given twice");
        }
        return request with { Explain = request.Explain with { Inputs = inputs } };
    }

    private static InputTensor Read(string file)
    {
        try
        {
            return NpyReader.Read(File.ReadAllBytes(file));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--input file '{file}' {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--input file '{file}' cannot be read: {e.Message}");
        }
    }
}
