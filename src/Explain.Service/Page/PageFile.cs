using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Page;

/// <summary>A file of the page, as it is built into this assembly.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Tag">Tag of its content; weak, as it may be sent compressed.</param>
internal sealed record PageFile(byte[] Content, string MediaType, EntityTagHeaderValue Tag)
{
    private const string Folder = "page/";

    private static readonly Lazy<FrozenDictionary<string, PageFile>> All = new(() =>
        typeof(PageFile)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Folder.Length..], name => Of(name, Read(name)), StringComparer.Ordinal)
    );

    /// <summary>Every file's path below the root of the page, with forward slashes.</summary>
    public static IEnumerable<string> Paths => All.Value.Keys;

    /// <summary>The file of a path; null when there is none.</summary>
    public static PageFile? Find(string path) => All.Value.GetValueOrDefault(path);

    /// <summary>What is built into this assembly under a name.</summary>
    public static byte[] Read(string name)
    {
        using var resource = typeof(PageFile).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    /// <summary>A file with this content, whose name says what it is.</summary>
    public static PageFile Of(string name, byte[] content)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"", isWeak: true);
        return new PageFile(content, MediaTypeOf(name), tag);
    }

    private static string MediaTypeOf(string name)
    {
        var type = new FileExtensionContentTypeProvider().TryGetContentType(name, out var known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}
