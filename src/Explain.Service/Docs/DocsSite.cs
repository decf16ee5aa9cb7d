using System.Collections.Frozen;
using System.Net;
using System.Text;
using Explain.Service.Page;

namespace Explain.Service.Docs;

/// <summary>The documentation, as it is built into this assembly; pages are made when the first is asked for.</summary>
internal sealed class DocsSite
{
    private const string Front = "README.md";
    private const string Guide = "CONTRIBUTING.md";
    private const string Folder = "docs/";
    private const string Style = "docs.css";

    private static readonly Lazy<DocsSite> Made = new(() => new DocsSite());

    private readonly FrozenDictionary<string, DocsPage> _pages;
    private readonly FrozenDictionary<string, PageFile> _files;
    private readonly DocsShell _shell;

    private DocsSite()
    {
        string[] names =
        [
            .. typeof(DocsSite)
                .Assembly.GetManifestResourceNames()
                .Where(name => name is Front or Guide || name.StartsWith(Folder, StringComparison.Ordinal)),
        ];
        var addresses = names.ToFrozenDictionary(name => name, AddressOf, StringComparer.Ordinal);
        var texts = names.Where(IsPage).ToDictionary(name => name, name => Encoding.UTF8.GetString(PageFile.Read(name)));
        var reader = new DocsReader(addresses);
        _pages = texts.Select(text => reader.Read(text.Key, text.Value)).ToFrozenDictionary(page => page.Address, StringComparer.Ordinal);
        _files = names
            .Where(name => !IsPage(name))
            .Append(Style)
            .ToFrozenDictionary(
                name => name == Style ? Style : addresses[name],
                name => PageFile.Of(name, PageFile.Read(name)),
                StringComparer.Ordinal
            );
        _shell = new DocsShell([
            [_pages[""]],
            .. reader.Rows(Front, texts[Front]).Select(row => row.Select(address => _pages[address])),
        ]);
    }

    /// <summary>The site.</summary>
    public static DocsSite Instance => Made.Value;

    /// <summary>The addresses of its pages, below the root of the documentation.</summary>
    public IEnumerable<string> Pages => _pages.Keys;

    /// <summary>What is at an address; null when there is nothing.</summary>
    /// <param name="address">Below the root of the documentation.</param>
    /// <param name="service">The service's own address, for what readers paste.</param>
    public PageFile? Find(string address, string service)
    {
        if (!_pages.TryGetValue(address, out var page))
            return _files.GetValueOrDefault(address);
        var html = _shell.Write(page).Replace(DocsReader.OwnAddress, WebUtility.HtmlEncode(service), StringComparison.Ordinal);
        return PageFile.Of("page.html", Encoding.UTF8.GetBytes(html));
    }

    /// <summary>What readers get where there is nothing.</summary>
    public string Missing(string address) => _shell.WriteMissing(address);

    private static bool IsPage(string name) => name.EndsWith(".md", StringComparison.Ordinal);

    // Relative, so that they hold below any path that a proxy puts before all addresses.
    private static string AddressOf(string name) =>
        name switch
        {
            Front => "./",
            Guide => "contributing",
            _ when IsPage(name) => name[Folder.Length..^3],
            _ => name[Folder.Length..],
        };
}
