using System.Net.Mime;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using System.Xml.XPath;
using Explain.Engine.Catalogue;
using Explain.Service.Endpoints;
using Explain.Service.Security;
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
                    BeginWithExamples(document);
                    if (FirstModel(request.HttpContext.RequestServices) is { } model)
                        NameModel(document, model);
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

    // Whoever reads the page is nobody the service knows: where callers need a key, names of models are not for everybody.
    private static string? FirstModel(IServiceProvider services) =>
        services.GetRequiredService<SecuritySettings>().IsOpen
            ? services.GetRequiredService<ModelCatalogue>().Status.FirstOrDefault(m => m.State == ModelState.Ready)?.Name
            : null;

    private static void NameModel(OpenApiDocument document, string model)
    {
        foreach (var parameter in Operations(document).SelectMany(o => o.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter is { In: ParameterLocation.Path, Name: Operation.ModelParameter })
                parameter.Example = model;
        }
    }

    private static IEnumerable<OpenApiOperation> Operations(OpenApiDocument document) =>
        document.Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>());

    // The page offers the first type. Bytes that do not say that they are an image take a header that says so.
    private static void BeginWithExamples(OpenApiDocument document)
    {
        foreach (var body in Operations(document).Select(o => o.RequestBody).OfType<OpenApiRequestBody>())
        {
            if (body.Content is { } content && content.Keys.First() == MediaTypeNames.Application.Octet)
                body.Content = content.OrderBy(c => c.Key != MediaTypeNames.Application.Json).ToDictionary();
        }
    }

    // The page fills a form in with examples, and makes up its own ("string", 0) where there are none.
    private static void BeginEmpty(OpenApiDocument document)
    {
        var forms = Operations(document)
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
