using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Names explanations: equal ones have one name, whatever they are drawn and written as.</summary>
public static class AnswerId
{
    /// <summary>The name: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <param name="input">SHA-256 of what is explained, lower-case hex.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">What to explain, and how. It is written whole, so that a parameter that is added is part of the name.</param>
    /// <param name="found">What was found to be meant, and how far the method came.</param>
    public static string Of(string input, ModelDescription model, ExplainParameters asked, IReadOnlyList<object?> found)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(asked);
        // None of these changes a map: a deadline that did is in how far the method came.
        var meant = asked with { Deadline = null, Channels = false, Features = false, Faithfulness = false };
        return "sha256:" + Canonical.Digest(new object?[] { input, model.Sha256, model.Input, meant, found });
    }
}
