using Explain.Service.Security;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Explain.Service.OpenApi;

/// <summary>Describes who may call: the two ways to say who one is, and for each endpoint the scope it takes.</summary>
internal sealed class SecurityFilter : IOperationFilter
{
    private const string Key = "ApiKey";
    private const string Bearer = "Bearer";

    /// <summary>Adds the schemes to the document.</summary>
    public static void AddSchemes(SwaggerGenOptions options)
    {
        options.AddSecurityDefinition(
            Key,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyHandler.Header,
                Description = "A key of the service's settings; nothing is asked for when it has none.",
            }
        );
        options.AddSecurityDefinition(
            Bearer,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key, or a JSON Web Token of the issuer that the settings name.",
            }
        );
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<RequiredScope>().LastOrDefault() is not { Scope: var scope })
        {
            // Said outright: without it, generators and linters take it for forgotten.
            operation.Security = [];
            return;
        }
        // Scopes are for OAuth there, say linters; here they are words.
        operation.Security =
        [
            .. new[] { Key, Bearer }.Select(scheme => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
            }),
        ];
        operation.Description = $"{operation.Description} Scope: `{scope.Name()}`.";
    }
}
