using Explain.Engine.Measures;
using Explain.Engine.Vocabulary;

namespace Explain.Docs;

/// <summary>The page of the measures of a map.</summary>
internal static class FaithfulnessPage
{
    // Of a usual input, where no curve has fewer steps than it may.
    private const int Pixels = 224 * 224;

    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Faithfulness", "How far a score follows a map, and what the map is like: what `include=faithfulness` answers.")
            .Paragraph(
                "One number a target for each line, under `faithfulness` in a JSON "
                    + "answer. The score s is the probability of the class, where\n"
                    + "there is one (`score` says which), and s′ that of the image under the "
                    + "map. The map as it is shown is 0 to 1 and as large\n"
                    + "as the model's input; the raw map is what the method gives, enlarged. "
                    + "What is hidden has the request's `baseline`, and\n"
                    + "what is drawn the request's `seed`."
            )
            .Table(
                ["field", "what it says", "values", "better"],
                MeasureTable.Facts.Select(m => new[] { $"`{m.Name}`", m.Summary, m.Range, m.Better })
            )
            .Paragraph(
                "`averageGain`, `adcc` and `arcc` are of probabilities, and missing where there are none; `coherency` and `sensitivity`,\n"
                    + "and what is made of them, are missing where a deadline cut the map "
                    + "short. `infidelity` takes each pixel of the raw map\n"
                    + "for its share of what was explained, as the maps of `inputxgradient`, "
                    + "`integrated-gradients`, `deeplift` and the like are;\n"
                    + "maps of layers are in no such unit, and `scaledInfidelity` is what compares them."
            )
            .Paragraph(
                "`curves` has the scores of which the areas are made, in equal steps of pixels: `deletion` from the whole image, and\n"
                    + "`insertion` from one of which nothing is shown. The page at `/` draws them, and takes the pixels away with a slider."
            )
            .Paragraph("## What it costs")
            .Paragraph(
                $"{MeasureTable.Passes(Compat.None, Pixels)} forward passes a target, "
                    + $"and {MeasureTable.Explanations(Compat.None, Pixels)} more "
                    + "explanations (`coherency` one, `sensitivity` ten) at the method's own\n"
                    + "price, a forward pass more each: little for a gradient, much for "
                    + "`rise`. `estimate?include=faithfulness` tells all of it\n"
                    + "beforehand, and `MaxPasses` refuses what is too dear."
            )
            .Paragraph("## By library")
            .Paragraph("With `compat`, where a library's own definition differs:")
            .Table(["`compat`", "what is measured"], MeasureTable.Conventions.Select(c => new[] { $"`{c.Library}`", c.Notes }))
            .ToString();
}
