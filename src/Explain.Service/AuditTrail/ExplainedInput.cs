using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Explain.Engine.Vocabulary;

namespace Explain.Service.AuditTrail;

/// <summary>What was explained; it is not kept itself.</summary>
/// <param name="Digest">SHA-256, lower-case hex.</param>
/// <param name="Bytes">Length in bytes.</param>
internal sealed record ExplainedInput(string Digest, long Bytes)
{
    /// <summary>An encoded image.</summary>
    public static ExplainedInput Of(ReadOnlyMemory<byte> image) => Of(image.Span);

    /// <summary>Items of the model's own input: their numbers as they lie in memory.</summary>
    public static ExplainedInput Of(FloatTensor input) => Of(MemoryMarshal.AsBytes<float>(input.Values));

    private static ExplainedInput Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
}
