using System.Diagnostics;
using Explain.Engine.Parameters;
using Explain.Service.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Limits;

/// <summary>Sees to it that a method that samples answers with what it has before the service's own timeout ends the request.</summary>
internal sealed class AnswerTime(ServiceSettings settings)
{
    // The rest is for the run that is under way, for drawing and for sending.
    private const double Computing = 0.8;

    /// <summary>Notes when requests began.</summary>
    public static void Begin(HttpContext context) => context.Features.Set(new Start(Stopwatch.GetTimestamp()));

    /// <summary>The same parameters with a deadline that is not after the service's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parameters">What the caller asks for.</param>
    public ExplainParameters Within(HttpContext context, ExplainParameters parameters) => Within(context)(parameters);

    /// <summary>Gives parameters a deadline that is not after the service's. The result may be used when the request is over.</summary>
    /// <param name="context">The request.</param>
    public Func<ExplainParameters, ExplainParameters> Within(HttpContext context)
    {
        var start = context.Features.GetRequiredFeature<Start>().Timestamp;
        return parameters =>
        {
            var left = settings.RequestTimeout * Computing - Stopwatch.GetElapsedTime(start);
            if (left < TimeSpan.Zero)
                left = TimeSpan.Zero;
            return parameters with { Deadline = parameters.Deadline is { } own && own < left ? own : left };
        };
    }

    private sealed record Start(long Timestamp);
}
