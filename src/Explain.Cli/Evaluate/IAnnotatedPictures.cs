using System.Text.Json.Nodes;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>Pictures, and what is known of them.</summary>
internal interface IAnnotatedPictures
{
    /// <summary>What a report calls the pictures.</summary>
    string Name { get; }

    /// <summary>What a report calls that which is known of them.</summary>
    string Annotations { get; }

    /// <summary>What makes results belong together.</summary>
    JsonObject Facts { get; }

    /// <summary>Class indices by label, where the model's labels do not tell; null for none.</summary>
    IReadOnlyDictionary<string, int>? Classes { get; }

    /// <summary>Whether labels that a model does not have are left out rather than refused.</summary>
    bool LeaveOut { get; }

    /// <summary>What is known of every picture.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says what is wrong, and where.</exception>
    IReadOnlyList<AnnotatedImage> Annotate();

    /// <summary>A picture's file.</summary>
    /// <param name="name">The name that <see cref="Annotate"/> gives it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">It cannot be read; the message says why in a few words.</exception>
    Task<byte[]> ReadAsync(string name, CancellationToken cancellation);
}
