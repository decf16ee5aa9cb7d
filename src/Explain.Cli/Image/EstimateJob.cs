using System.Globalization;
using Explain.Cli.Terminal;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;

namespace Explain.Cli.Image;

/// <summary>Says what explaining an image will cost.</summary>
internal static class EstimateJob
{
    private static readonly string[] Headers = ["method", "layer", "targets", "forward", "head", "backward", "milliseconds", "deadline"];

    public static async Task<int> RunAsync(Shell shell, ModelChoice choice, RequestParameters request, CancellationToken cancellation)
    {
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        var run = RunContext.Alone(cancellation);
        var plan = await model.Explainer.PlanAsync(model.Lease, request.Explain, null, request.Output, run);
        var cost = await Explainer.EstimateAsync(model.Lease, plan, run);
        Columns.Write(shell, Headers, [Row(cost)]);
        return ExitCode.Done;
    }

    private static string[] Row(CostEstimate cost) =>
        [
            cost.Method,
            cost.Layer,
            Text(cost.Targets),
            Text(cost.Passes.Forward),
            Text(cost.Passes.Head),
            Text(cost.Passes.Backward),
            Text(cost.Milliseconds),
            cost.StopsInTime ? "gives what is done" : "ignored",
        ];

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
