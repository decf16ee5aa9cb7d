using Explain.Autodiff.Export;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Maps that are made on the device where the feature maps and gradients are: they alone are copied from there.</summary>
internal static class DeviceMap
{
    /// <summary>What a method gives for an item, without the weights of channels; null where it is computed on the host.</summary>
    /// <param name="method">The method.</param>
    /// <param name="probe">The question.</param>
    public static Attribution? Of(Method method, Probe probe)
    {
        var (study, options) = (probe.Study, probe.Study.Options);
        return
            study.Model.Loaded.Memory is { } memory
            && method is { Formula: { } formula, OfInput: false }
            && options.Compat == Compat.None
            && options.Smooth != Smoothing.Eigen
            ? Item(study.Once($"device|{method.Id}|{probe.Round}|{probe.Layer}", () => OfAll(method, formula, memory, probe)), probe.Item)
            : null;
    }

    private static FloatTensor OfAll(Method method, MapFormula formula, DeviceMemory memory, Probe probe)
    {
        var (study, layer) = (probe.Study, probe.Layer);
        // Asked for first, the gradient comes with the feature maps from one run.
        var gradient = method.Requirements.Contains(Requirement.LayerGradient)
            ? study.Gradients(probe.Round, layer, GradientRules.Plain)
            : null;
        var feeds = new Dictionary<string, RunTensor> { [MapGraph.Activation] = study.Activations(layer) };
        if (gradient is not null)
            feeds[MapGraph.Gradient] = gradient;
        using var head = method.Requirements.Contains(Requirement.LinearHead) ? HeadWeights(probe) : null;
        if (head is not null)
            feeds[MapGraph.Head] = head;
        var axes = study.Model.Description.LayoutOf(layer).AxesIn(feeds[MapGraph.Activation].Shape);
        using var time = study.Time();
        using var maps = memory.Map(formula, axes, feeds, study.Run.Cancellation);
        return maps.Copy();
    }

    private static RunTensor HeadWeights(Probe probe)
    {
        var items = (int)probe.Study.Input.Shape[0];
        float[][] rows = [.. Enumerable.Range(0, items).Select(n => ClosedForm.Weights(probe.OfItem(n)))];
        return RunTensor.Over([items, rows[0].Length, 1, 1], [.. rows.SelectMany(r => r)]);
    }

    private static Attribution Item(FloatTensor maps, int item) => new(null, (int)maps.Shape[1], (int)maps.Shape[2], maps.Item(item));
}
