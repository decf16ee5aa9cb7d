using System.Reflection;
using System.Runtime.CompilerServices;
using Explain.Autodiff.Graphs;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using Explain.Service.AuditTrail;

namespace Explain.Service.Caching;

/// <summary>All that an answer depends on.</summary>
/// <param name="Scope">What is asked for.</param>
/// <param name="Model">The model, as it is served now.</param>
/// <param name="Image">The image's bytes.</param>
/// <param name="Parameters">Everything the caller asks for; the format is the negotiated one.</param>
/// <param name="MediaType">Media type of the answer.</param>
internal sealed record Question(
    ParameterScope Scope,
    ModelDescription Model,
    ReadOnlyMemory<byte> Image,
    RequestParameters Parameters,
    string MediaType
)
{
    /// <summary>Whether it is answered with events; what is answered in the end is the same.</summary>
    public bool Events { get; init; }

    /// <summary>For whom the answer is kept; empty for all.</summary>
    public string Caller { get; init; } = "";

    /// <summary>The image, by its digest.</summary>
    public ExplainedInput Input { get; } = ExplainedInput.Of(Image);
}

/// <summary>
/// The name of an answer: SHA-256 over the image, everything that is known of the model, every parameter, and the programs that compute.
/// Whole records are written out, so a parameter that is added is part of the key.
/// </summary>
internal static class AnswerKey
{
    // Instances of several releases may share one Redis.
    private static readonly string Programs = string.Join(
        ',',
        new[] { typeof(AnswerKey), typeof(Explainer), typeof(ColorMap), typeof(Graph) }.Select(Build)
    );

    private static readonly ConditionalWeakTable<ModelDescription, string> Models = [];

    /// <summary>The key, lower-case hex.</summary>
    public static string Of(Question question)
    {
        var model = Models.GetValue(question.Model, m => Canonical.Digest(m));
        return Canonical.Digest(
            new object[]
            {
                question.Scope,
                model,
                question.Input.Digest,
                question.Parameters,
                question.MediaType,
                question.Caller,
                Programs,
            }
        );
    }

    private static string Build(Type type) => type.GetTypeInfo().Module.ModuleVersionId.ToString("N");
}
