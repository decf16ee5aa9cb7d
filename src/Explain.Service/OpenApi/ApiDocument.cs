using System.Text.RegularExpressions;
using System.Xml.Linq;
using System.Xml.XPath;
using Explain.Service.Endpoints;
using Microsoft.OpenApi;

namespace Explain.Service.OpenApi;

/// <summary>The OpenAPI document and its pages.</summary>
internal static partial class ApiDocument
{
    private const string Name = "v1";
    private const string OfPage = "page";
    private const string Server = "The service that answers this document";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) =>
        services
            .AddEndpointsApiExplorer()
            .AddSwaggerGen(options =>
            {
                options.SwaggerDoc(
                    Name,
                    new OpenApiInfo
                    {
                        Title = "Explain Service",
                        Version = ApiVersion.Current,
                        Description =
                            "Explains ONNX image classifiers: which parts of an image speak for a class. "
                            + "Errors are application/problem+json whatever Accept says (the /v2 routes: {\"error\": …}).",
                        Contact = new OpenApiContact { Name = "Whoever runs this service" },
                        License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
                    }
                );
                options.AddServer(new OpenApiServer { Url = "/", Description = Server });
                options.CustomOperationIds(OperationNames.Of);
                options.SupportNonNullableReferenceTypes();
                options.NonNullableReferenceTypesAsRequired();
                foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Explain.*.xml").Order(StringComparer.Ordinal))
                    options.IncludeXmlComments(() => Comments(file));
                options.SchemaFilter<TargetFilter>();
                options.OperationFilter<RequestFilter>();
                options.OperationFilter<ResponseFilter>();
                options.DocumentFilter<TagFilter>();
                SecurityFilter.AddSchemes(options);
                options.OperationFilter<SecurityFilter>();
            });

    // Where a comment's line ends is the formatter's business; readers of the document get sentences.
    private static XPathDocument Comments(string file)
    {
        var comments = XDocument.Load(file, LoadOptions.PreserveWhitespace);
        foreach (var text in comments.DescendantNodes().OfType<XText>())
            text.Value = LineEnd().Replace(text.Value, " ");
        return new XPathDocument(comments.CreateReader());
    }

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineEnd();

    public static WebApplication UseApiDocument(this WebApplication app)
    {
        app.UseSwagger(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.PreSerializeFilters.Add(
                (document, request) =>
                {
                    // Below the path that a proxy puts before all addresses.
                    if (request.PathBase.HasValue)
                        document.Servers = [new OpenApiServer { Url = request.PathBase.Value, Description = Server }];
                    if (!request.Query.ContainsKey(OfPage))
                        return;
                    document.ExternalDocs = new OpenApiExternalDocs
                    {
                        Url = new Uri($"{request.PathBase}/docs/", UriKind.Relative),
                        Description = "Documentation",
                    };
                    BeginEmpty(document);
                }
            );
        });
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint($"{Name}/swagger.yaml?{OfPage}", "Explain Service");
            options.DocumentTitle = "Explain Service";
        });
        return app;
    }

    // The page fills a form in with examples, and makes up its own ("string", 0) where there are none.
    private static void BeginEmpty(OpenApiDocument document)
    {
        var forms = document
            .Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            .SelectMany(operation => operation.RequestBody?.Content?.AsEnumerable() ?? [])
            .Where(body => body.Key == "multipart/form-data")
            .Select(body => body.Value.Schema)
            .OfType<OpenApiSchema>();
        foreach (var form in forms)
        {
            foreach (var (name, part) in form.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (form.Required?.Contains(name) != true)
                    ((OpenApiSchema)part).Examples = [""];
            }
        }
    }
}
