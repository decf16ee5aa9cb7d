using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Explain.Clients.Tests;

/// <summary>A C# client, generated from the document by NSwag.</summary>
public sealed class CSharpTests
{
    private const string Program = """
        using System.Linq;
        namespace Generated;
        public static class Run
        {
            public static async System.Threading.Tasks.Task<
                (string[] Models, int Predicted, int Explained, float[] Map, int Status, string Problem)
            > AskAsync(System.Net.Http.HttpClient http, string file)
            {
                var client = new ExplainClient(http);
                var bytes = System.IO.File.ReadAllBytes(file);
                var image = new ImageDocument { Image = new ImageContent { B64 = System.Convert.ToBase64String(bytes) } };
                var models = await client.ListModelsAsync();
                var predicted = await client.PredictAsync("demo", image);
                var explained = await client.ExplainAsync("demo", image, method: Method.Gradcam);
                try
                {
                    await client.ExplainAsync("nothing", image);
                    throw new System.InvalidOperationException("a model that is not there explains");
                }
                catch (ApiException<ProblemDocument> e)
                {
                    return (
                        [.. models.Models.Select(m => m.Name)],
                        predicted.Predictions.First().Index,
                        explained.Predictions.First().Index,
                        [.. explained.Explanations.First().Map!.Data],
                        e.StatusCode,
                        e.Result.Type
                    );
                }
            }
        }
        """;

    [Fact]
    public async Task AGeneratedClientCompilesAndExplainsAnImage()
    {
        var assembly = Compile(await GenerateAsync(), Program);
        await using var service = await Served.StartAsync();
        var ask = assembly.GetType("Generated.Run")!.GetMethod("AskAsync")!;
        var (models, predicted, explained, map, status, problem) = await (Task<(string[], int, int, float[], int, string)>)
            ask.Invoke(null, [service.Client, Served.Image])!;
        Assert.Equal(["demo"], models);
        Assert.Equal(predicted, explained);
        Assert.Contains(map, value => value > 0);
        Assert.Equal(404, status);
        Assert.EndsWith("model-not-found", problem, StringComparison.Ordinal);
    }

    private static async Task<string> GenerateAsync()
    {
        var document = await OpenApiYamlDocument.FromFileAsync(Served.Document);
        // NSwag makes one method of an operation and cannot choose between its bodies.
        foreach (var operation in document.Operations.Select(o => o.Operation))
        {
            if (operation.RequestBody?.Content is not { Count: > 1 } content || !content.TryGetValue("application/json", out var json))
                continue;
            operation.Parameters.Remove(operation.Parameters.Single(p => p.Kind == OpenApiParameterKind.Body));
            operation.RequestBody = new OpenApiRequestBody { IsRequired = true, Content = { ["application/json"] = json } };
        }
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "ExplainClient",
            UseBaseUrl = false,
            GenerateOptionalParameters = true,
        };
        settings.CSharpGeneratorSettings.Namespace = "Generated";
        settings.CSharpGeneratorSettings.JsonLibrary = CSharpJsonLibrary.SystemTextJson;
        settings.CSharpGeneratorSettings.GenerateNullableReferenceTypes = true;
        return new CSharpClientGenerator(document, settings).GenerateFile();
    }

    private static Assembly Compile(params string[] sources)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Generated",
            sources.Select(s => CSharpSyntaxTree.ParseText(s)),
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
        );
        using var image = new MemoryStream();
        Assert.Empty(compilation.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        image.Position = 0;
        return new AssemblyLoadContext("generated").LoadFromStream(image);
    }
}
