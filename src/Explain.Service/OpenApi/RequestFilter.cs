using System.Globalization;
using System.Text.Json.Nodes;
using Explain.Engine.Parameters;
using Explain.Service.Bodies;
using Explain.Service.Endpoints;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Explain.Service.OpenApi;

/// <summary>Describes the image and the parameters of an endpoint, from the table that reads them.</summary>
internal sealed class RequestFilter : IOperationFilter
{
    // csharpier-ignore
    private static readonly Dictionary<string, string> RouteParameters = new()
    {
        ["model"] = "Name of a served model",
        ["version"] = "Its version: the one that is served",
        ["id"] = "Id of an explanation",
        ["file"] = "File name of a sample",
    };

    private static readonly string[] RawTypes = ["image/*", "application/octet-stream"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var route in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
            route.Description ??= RouteParameters.GetValueOrDefault(route.Name!);
        foreach (var fact in context.ApiDescription.ActionDescriptor.EndpointMetadata)
        {
            if (fact is TakesImage image)
                (operation.Parameters, operation.RequestBody) = (Query(operation, image.Scope), Body(image.Scope, context));
            if (fact is TakesBody body)
                operation.RequestBody = Body(body, context);
            if (fact is TakesQuery query)
                operation.Parameters = [.. operation.Parameters ?? [], .. query.Parameters.Select(p => Question(p.Name, p.Meaning))];
            if (fact is TakesParameters { Scope: var scope })
                (operation.Parameters, operation.RequestBody) = (Query(operation, scope), ParametersBody(scope, context));
        }
    }

    private static JsonObject Parameters(ParameterScope scope) =>
        new(
            ParameterTable
                .For(scope)
                .Where(row => row.Choices.Contains(row.Default))
                .Take(3)
                .Select(row => KeyValuePair.Create(row.Name, (JsonNode?)row.Default))
        );

    private static List<IOpenApiParameter> Query(OpenApiOperation operation, ParameterScope scope) =>
        [
            .. operation.Parameters ?? [],
            .. ParameterTable
                .For(scope)
                .Select(row => new OpenApiParameter
                {
                    Name = row.Name,
                    In = ParameterLocation.Query,
                    Description = Describe(row),
                    Schema = Schema(row),
                }),
        ];

    private static OpenApiParameter Question(string name, string description) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiRequestBody ParametersBody(ParameterScope scope, OperationFilterContext context) =>
        new()
        {
            Description = "The parameters, where they are not in the query.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = context.SchemaGenerator.GenerateSchema(typeof(ParametersDocument), context.SchemaRepository),
                    Example = new JsonObject { ["parameters"] = Parameters(scope) },
                },
            },
        };

    private static OpenApiRequestBody Body(TakesBody body, OperationFilterContext context)
    {
        var content = body.BinaryTypes.ToDictionary(
            type => type,
            IOpenApiMediaType (_) => new OpenApiMediaType { Schema = Bytes("The content as it is") }
        );
        if (body.Document is { } document)
        {
            content["application/json"] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(document, context.SchemaRepository),
                Example = body.Example is { } example ? JsonNode.Parse(example) : null,
            };
        }

        return new OpenApiRequestBody { Required = true, Content = content };
    }

    private static OpenApiRequestBody Body(ParameterScope scope, OperationFilterContext context)
    {
        var content = new Dictionary<string, IOpenApiMediaType>
        {
            ["multipart/form-data"] = new OpenApiMediaType { Schema = Form(scope) },
            ["application/json"] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(typeof(ImageDocument), context.SchemaRepository),
                Example = new JsonObject
                {
                    ["image"] = new JsonObject { ["b64"] = TakesBody.Pixel },
                    ["parameters"] = Parameters(scope),
                },
            },
        };
        foreach (var type in RawTypes)
            content[type] = new OpenApiMediaType { Schema = Bytes("The encoded image") };
        return new OpenApiRequestBody
        {
            Required = true,
            Description =
                "The image (JPEG, PNG, WebP, GIF, BMP or TIFF): a raw body, a form or JSON. A parameter may be given once, in the "
                + "query or in the body.",
            Content = content,
        };
    }

    private static OpenApiSchema Form(ParameterScope scope)
    {
        var parts = new Dictionary<string, IOpenApiSchema>
        {
            ["image"] = Bytes("The encoded image; the part may also be called file or data"),
        };
        foreach (var row in ParameterTable.For(scope))
            parts[row.Name] = Schema(row, Describe(row));
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = parts,
            Required = new HashSet<string> { "image" },
        };
    }

    private static OpenApiSchema Bytes(string description) =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = "binary",
            Description = description,
        };

    private static string Describe(Parameter row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Summary} Allowed: {row.Values}. Default: {row.Default}.");

    private static OpenApiSchema Schema(Parameter row, string? description = null) =>
        new()
        {
            Type = row.Kind switch
            {
                ParameterKind.Number => JsonSchemaType.Number,
                ParameterKind.Integer => JsonSchemaType.Integer,
                ParameterKind.NumberOrText => JsonSchemaType.Number | JsonSchemaType.String,
                _ => JsonSchemaType.String,
            },
            Enum = row.Choices.Count > 0 ? [.. row.Choices.Select(choice => (JsonNode)choice)] : null,
            Description = description,
        };
}
