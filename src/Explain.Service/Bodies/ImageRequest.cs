namespace Explain.Service.Bodies;

/// <summary>One image and the parameters that came with it, from the query and the body alike.</summary>
/// <param name="Image">The encoded image; never empty.</param>
/// <param name="Parameters">Names and values, one entry each time one is given.</param>
internal sealed record ImageRequest(ReadOnlyMemory<byte> Image, IReadOnlyList<KeyValuePair<string, string>> Parameters);
