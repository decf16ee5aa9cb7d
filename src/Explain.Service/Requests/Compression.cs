using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Explain.Service.Requests;

/// <summary>Bodies that come compressed, and answers that go out so. Images are compressed as they are.</summary>
internal static class Compression
{
    // csharpier-ignore
    private static readonly string[] Types =
    [
        "application/json", "application/problem+json", "application/yaml", "text/css", "text/html", "text/javascript", "text/plain",
    ];

    public static IServiceCollection AddCompression(this IServiceCollection services) =>
        services
            .AddRequestDecompression()
            .AddResponseCompression(options =>
            {
                // No answer holds a secret beside what a stranger can have put into it.
                options.EnableForHttps = true;
                options.MimeTypes = Types;
            })
            .Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest)
            .Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);

    /// <summary>Around all that reads a body and writes an answer.</summary>
    public static IApplicationBuilder UseCompression(this IApplicationBuilder app) =>
        app.UseRequestDecompression().UseResponseCompression();
}
