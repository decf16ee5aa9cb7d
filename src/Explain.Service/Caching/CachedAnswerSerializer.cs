using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Caching.Hybrid;

namespace Explain.Service.Caching;

/// <summary>Writes an answer as the length of its facts, the facts in JSON, and the body as it is.</summary>
internal sealed class CachedAnswerSerializer : IHybridCacheSerializer<CachedAnswer>
{
    public CachedAnswer Deserialize(ReadOnlySequence<byte> source)
    {
        var bytes = source.IsSingleSegment ? source.First : source.ToArray();
        var head = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        var answer = JsonSerializer.Deserialize<CachedAnswer>(bytes.Span.Slice(sizeof(int), head), Json.Options)!;
        return answer with { Content = bytes[(sizeof(int) + head)..].ToArray() };
    }

    public void Serialize(CachedAnswer value, IBufferWriter<byte> target)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(value with { Content = [] }, Json.Options);
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), head.Length);
        target.Advance(sizeof(int));
        target.Write(head);
        target.Write(value.Content);
    }
}
