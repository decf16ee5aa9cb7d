using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>
/// The gradient of a <c>Scan</c>: a scan that begins at the last iteration. The states that an iteration was given are further outputs of
/// the scan; what it made of them is computed again.
/// </summary>
internal static class ScanGradient
{
    /// <summary>The rule.</summary>
    public static IEnumerable<(string Value, Value Gradient)> Gradients(FlowNode n)
    {
        var body = n.Body("body");
        var scanned = (int)n.Node.Int("num_scan_inputs", 0);
        var states = body.Input.Count - scanned;
        if (scanned < 1 || states < 0 || n.Node.Input.Count != body.Input.Count || body.Output.Count < states)
            throw n.Refusal($"its body has {body.Input.Count} inputs and {body.Output.Count} outputs");
        var step = new BackwardStep(n, body, 0, 0, states);
        if (step.Carried.Count + step.Captured.Count + step.Items.Length == 0)
            return [];
        var unranked = step
            .Carried.Select(c => c.Index)
            .Concat(step.Items)
            .Where(i => step.Graph.Type(step.Inputs[i])?.Dims is null)
            .ToArray();
        if (unranked.Length > 0)
            throw n.Refusal($"the rank of '{body.Input[unranked[0]].Name}', input of its body, is not known");
        int[] needed = [.. step.Needed().Append(states).Distinct()];
        // What is read by each iteration: parts of inputs, recorded states, and parts of the cotangents of outputs.
        var read = new List<(string Input, string Value, long Axis, long Direction)>();
        foreach (var input in needed)
        {
            read.Add(
                input < states
                    ? (step.Inputs[input], step.Record(input, 0).Name, 0, 1)
                    : (
                        step.Inputs[input],
                        n.Node.Input[input],
                        At("scan_input_axes", input - states),
                        1 - At("scan_input_directions", input - states)
                    )
            );
        }
        foreach (var (output, input) in step.Stacked)
        {
            read.Add(
                (
                    input,
                    n.CotangentOf(output)!.Value.Name,
                    At("scan_output_axes", output - states),
                    1 - At("scan_output_directions", output - states)
                )
            );
        }

        var node = n.Graph.Append(
            "Scan",
            [.. step.Start().Select(v => v.Name), .. read.Select(r => r.Value)],
            step.Carried.Count + step.Captured.Count + step.Items.Length,
            [
                Of(
                    "body",
                    step.Close(
                        [],
                        [.. step.Carried.Select(c => c.Input), .. step.Captured.Select(c => c.Input), .. read.Select(r => r.Input)]
                    )
                ),
                Of("num_scan_inputs", read.Count),
                Of("scan_input_axes", read.Select(r => r.Axis)),
                Of("scan_input_directions", read.Select(r => r.Direction)),
                Of("scan_output_axes", step.Items.Select(i => At("scan_input_axes", i - states))),
                Of("scan_output_directions", step.Items.Select(i => 1 - At("scan_input_directions", i - states))),
            ]
        );
        return step.Gradients(node.Output);

        long At(string attribute, int index) => n.Node.Ints(attribute) is { } list && index < list.Length ? list[index] : 0;
    }
}
