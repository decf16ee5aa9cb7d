using Explain.Engine.Vocabulary;

namespace Explain.Engine.Measures;

/// <summary>How a library measures where its definition differs.</summary>
internal sealed record MeasureConvention
{
    /// <summary>Steps of deletion and insertion, at most; by default OpenVINO XAI's number.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Whether all steps are taken as equally wide, and as many however few pixels there are; else each is as wide as its
    /// pixels.</summary>
    public bool EqualSteps { get; init; }

    /// <summary>Whether the drop is a difference of scores; else a share of the score.</summary>
    public bool AbsoluteDrop { get; init; }

    /// <summary>Added to the score that the drop is a share of.</summary>
    public double DropEpsilon { get; init; }

    /// <summary>Percent of the pixels that ROAD removes.</summary>
    public IReadOnlyList<int> Removed { get; init; } = [80, 60, 40, 20];

    /// <summary>Whether ROAD removes all pixels from a percentile on, of equal values all or none; else so many pixels.</summary>
    public bool ByPercentile { get; init; }

    /// <summary>Added to the divisor of Pearson's correlation.</summary>
    public double CorrelationEpsilon { get; init; }

    /// <summary>What differs, in words.</summary>
    public required string Notes { get; init; }

    // csharpier-ignore
    private static readonly Dictionary<Compat, MeasureConvention> Table = new()
    {
        [Compat.None] = new() { Notes = "The definitions of the papers, as in the table." },
        [Compat.PytorchGradCam] = new()
        {
            AbsoluteDrop = true, Removed = [90, 80, 70, 60, 50, 40, 30, 20, 10], ByPercentile = true, CorrelationEpsilon = 1e-8,
            Notes = "`drop` is the difference of the scores, not its share. `road` is the mean over 10, 20, … 90 % (`arcc` over 20 to 80 %), and "
                + "removes all pixels from the percentile of the map on, so that of equal values all go or none; its noise has no seed there, and "
                + "here the request's. `coherency` has 1e-8 in its divisor.",
        },
        [Compat.TorchCam] = new()
        {
            Steps = 20, DropEpsilon = 1e-7,
            Notes = "`deletion` and `insertion` take 20 steps at most; `drop` has 1e-7 in its divisor.",
        },
        [Compat.Captum] = new()
        {
            Notes = "`infidelity` and `sensitivity` are Captum's as they are, the first for attributions that are multiplied by inputs. Captum "
                + "leaves the perturbations of the first to the caller; squares are drawn here.",
        },
        [Compat.OpenvinoXai] = new()
        {
            EqualSteps = true,
            Notes = "`deletion` and `insertion` always take 30 steps, of whole pixels rounded down, all taken as equally wide. What is hidden "
                + "there is 0 in the image: `baseline=black`. Over many images it averages the three parts of `adcc` first.",
        },
    };

    /// <summary>That of a library.</summary>
    public static MeasureConvention Of(Compat compat) => Table[compat];
}
