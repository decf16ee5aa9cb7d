using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Inputs;
using Explain.Engine.Parameters;

namespace Explain.Cli.Image;

/// <summary>Values for the model's inputs beside the image, from NumPy files.</summary>
internal static class InputArguments
{
    public static Option<string[]> Option() =>
        new("--input")
        {
            Description = "A NumPy file for an input of the model beside the image; once for each input",
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
            var (name, file) = Split(text);
            if (!inputs.TryAdd(name, Read(file)))
                throw new UsageException($"--input '{name}' is given twice");
        }
        return request with { Explain = request.Explain with { Inputs = inputs } };
    }

    /// <summary>The input and the file that NAME=FILE names.</summary>
    /// <exception cref="UsageException">It is not of that form.</exception>
    public static (string Name, string File) Split(string text)
    {
        // A tensor's name may hold anything; a file's name seldom holds the sign.
        var split = text.LastIndexOf('=');
        return split > 0 && split < text.Length - 1
            ? (text[..split], text[(split + 1)..])
            : throw new UsageException($"--input '{text}' is not of the form NAME=FILE.npy");
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
