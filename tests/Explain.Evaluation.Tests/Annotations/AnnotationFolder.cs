using Explain.Evaluation.Annotations;
using Explain.Testing;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>A folder that annotations are written to and read from.</summary>
internal sealed class AnnotationFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A path in it.</summary>
    public string At(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Writes a file, with the folders that it needs.</summary>
    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content);
        return At(name);
    }

    /// <summary>Writes a text.</summary>
    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Reads a text as annotations.</summary>
    public IReadOnlyList<AnnotatedImage> Read(string name, string content, AnnotationOptions? options = null) =>
        AnnotationFormats.Read(Write(name, content), options);

    /// <summary>What is said of a text that is not read.</summary>
    public string Refusal(string name, string content, AnnotationOptions? options = null) =>
        Assert.Throws<FormatException>(() => Read(name, content, options)).Message.Replace(_folder.Path + "/", "");

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
