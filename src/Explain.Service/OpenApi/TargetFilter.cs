using Explain.Engine.Answers;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Explain.Service.OpenApi;

/// <summary>Describes the explained target, which is a class or another scalar: the generator sees that it may be anything.</summary>
internal sealed class TargetFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (
            context.Type is not { } type
            || (type != typeof(TargetDocument) && type != typeof(RecordedTarget))
            || schema.Properties is not { } properties
        )
        {
            return;
        }

        properties["target"] = new OpenApiSchema
        {
            Description = "The explained class with its scores, or what else was explained with its value",
            OneOf =
            [
                context.SchemaGenerator.GenerateSchema(typeof(Prediction), context.SchemaRepository),
                context.SchemaGenerator.GenerateSchema(typeof(OutputFacts), context.SchemaRepository),
            ],
        };
    }
}
