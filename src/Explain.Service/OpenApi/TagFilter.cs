using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Explain.Service.OpenApi;

/// <summary>Says what each group of endpoints is for.</summary>
internal sealed class TagFilter : IDocumentFilter
{
    // csharpier-ignore
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["Discovery"] = "Methods, colour maps and samples that a caller may name",
        ["Explain"] = "Explaining and classifying images: the native API",
        ["Explanations"] = "What was explained before, where that is written down",
        ["Health"] = "For orchestrators and load balancers",
        ["KServe V1"] = "KServe's first protocol: predict and explain",
        ["Models"] = "What is served",
        ["Open Inference Protocol"] = "Version 2 of the protocol, with explain beside infer",
        ["TorchServe"] = "TorchServe's inference API",
    };

    public void Apply(OpenApiDocument document, DocumentFilterContext context)
    {
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description = Meanings[tag.Name!];
    }
}
