using Explain.Service.Endpoints;
using Microsoft.OpenApi;

namespace Explain.Service.OpenApi;

/// <summary>The OpenAPI document and its pages.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

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
                            "Explains ONNX image classifiers: which parts of a picture speak for a class. "
                            + "Errors are application/problem+json whatever Accept says (the /v2 routes: {\"error\": …}).",
                        License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
                    }
                );
                options.AddServer(new OpenApiServer { Url = "/", Description = "The service that answers this document" });
                options.CustomOperationIds(OperationNames.Of);
                options.SupportNonNullableReferenceTypes();
                options.NonNullableReferenceTypesAsRequired();
                foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Explain.*.xml").Order(StringComparer.Ordinal))
                    options.IncludeXmlComments(file);
                options.SchemaFilter<TargetFilter>();
                options.OperationFilter<RequestFilter>();
                options.OperationFilter<ResponseFilter>();
                options.DocumentFilter<TagFilter>();
                SecurityFilter.AddSchemes(options);
                options.OperationFilter<SecurityFilter>();
            });

    public static WebApplication UseApiDocument(this WebApplication app)
    {
        app.UseSwagger(options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint($"/swagger/{Name}/swagger.yaml", "Explain Service");
            options.DocumentTitle = "Explain Service";
        });
        return app;
    }
}
