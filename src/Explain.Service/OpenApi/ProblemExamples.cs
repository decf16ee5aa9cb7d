using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Engine.Vocabulary;
using Explain.Service.Problems;
using Microsoft.OpenApi;

namespace Explain.Service.OpenApi;

/// <summary>Failures as the service writes them.</summary>
internal static class ProblemExamples
{
    private const string Id = "01a207f6d77b769c8fc3f420202ab8dc";

    /// <summary>One for each problem, by its slug.</summary>
    public static Dictionary<string, IOpenApiExample> Of(ErrorShape shape, IEnumerable<Problem> problems, string path) =>
        problems
            .DistinctBy(p => p.Slug)
            .ToDictionary(p => p.Slug, IOpenApiExample (p) => new OpenApiExample { Summary = p.Title, Value = Written(shape, p, path) });

    private static JsonNode? Written(ErrorShape shape, Problem problem, string path)
    {
        // The document does not depend on the request that asks for it.
        var asking = Activity.Current;
        Activity.Current = null;
        try
        {
            var context = new DefaultHttpContext { TraceIdentifier = Id };
            context.Request.Path = path;
            return JsonSerializer.SerializeToNode(shape.Write(context, problem).Document, Json.Options);
        }
        finally
        {
            Activity.Current = asking;
        }
    }
}
