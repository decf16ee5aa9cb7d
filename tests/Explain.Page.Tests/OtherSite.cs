using System.Collections.Concurrent;
using System.Text;
using Explain.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Explain.Page.Tests;

/// <summary>Somebody else's pages, on an origin of their own.</summary>
public sealed class OtherSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Type, byte[] Content)> _files = [];
    private readonly WebApplication _server;

    private OtherSite(WebApplication server, int port)
    {
        _server = server;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>Its origin, as the setting for CORS takes it.</summary>
    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts it, without a page.</summary>
    public static async Task<OtherSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = Ports.Free();
        var site = new OtherSite(builder.Build(), port);
        site._server.Urls.Add(site.Origin);
        site._server.MapGet("/{*path}", site.Answer);
        // Browsers ask for it by themselves.
        site.Write("/favicon.ico", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray());
        await site._server.StartAsync();
        return site;
    }

    /// <summary>Adds its front page, or writes it anew.</summary>
    public void Write(string html) => Write("/", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html));

    /// <summary>Adds a file.</summary>
    /// <param name="path">As "/picture.jpg".</param>
    /// <param name="type">What it is.</param>
    /// <param name="content">What is in it.</param>
    public void Write(string path, string type, byte[] content) => _files[path] = (type, content);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private IResult Answer(HttpRequest request) =>
        _files.TryGetValue(request.Path, out var file) ? Results.Bytes(file.Content, file.Type) : Results.NotFound();
}
