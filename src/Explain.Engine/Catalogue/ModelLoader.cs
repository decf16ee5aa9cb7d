using System.Text;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Catalogue;

/// <summary>Reads a model and finds out everything that its files do not say.</summary>
internal static class ModelLoader
{
    /// <summary>Loads a model; no session stays open.</summary>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">The graph has a form that is not supported.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LoadedModel Load(ModelSource source, SessionFactory factory, CancellationToken cancellation)
    {
        var bytes = ReadAll(source, source.ModelFile) ?? throw new InvalidDataException($"{source.ModelFile} is missing");
        using var json = source.Open("model.json");
        var manifest = json is null ? new ModelManifest() : ModelManifest.Parse(json);
        var (graph, opset, replaced, quantized, types, functions, weights) = RaisedGraph.Read(
            bytes,
            source.Folder,
            cancellation,
            manifest.Input.Name
        );
        // The file's bytes are not needed any more from here on, and may be many.
        var digest = WeightFiles.Digest(bytes, weights);
        var (inputs, outputs) = (
            Tensors(graph, graph.Inputs, i => types.TryGetValue(i, out var type) ? type : null),
            Tensors(graph, graph.Outputs, o => graph.Type(o)?.Element)
        );
        var guesses = new List<Guess>();
        if (replaced.Count > 0)
        {
            guesses.Add(
                new Guess(
                    "precision",
                    "float32",
                    $"the file computes in {string.Join(" and ", replaced.Select(r => r.ToString().ToLowerInvariant()))}, for "
                        + "which there are few kernels; scores and gradients are computed in float32, and so are outputs"
                )
            );
        }

        if (functions.Count > 0)
        {
            guesses.Add(
                new Guess(
                    "functions",
                    $"opset {string.Join(", ", functions)}",
                    $"the file's own functions are read as of the opset that they name, as the standard says; ONNX Runtime alone takes "
                        + $"them for opset {opset}, as the model"
                )
            );
        }

        if (Upgrade.WhyNot(graph) is { } old)
            guesses.Add(new Guess("gradients", "none", old));
        var input = InputResolver.Name(graph, manifest);
        var logit = LogitFinder.Find(graph, input, manifest.Output.Name);
        guesses.Add(new Guess("output.logit", logit.Logit, logit.Reason));
        var spec = InputResolver.Resolve(
            graph,
            input,
            manifest,
            Classes(graph, logit.Logit),
            quantized.GetValueOrDefault(input),
            source.Folder,
            guesses,
            cancellation
        );
        var sized = Sized(graph, spec, source.Folder, cancellation);
        var shape = OutputShape.Of(sized, input, logit.Logit);
        if (PadsDependOnSize(graph))
        {
            inputs =
            [
                .. inputs.Select(i => i.Name == input ? i with { Shape = WithSize<long>(spec, i.Shape, spec.Height, spec.Width) } : i),
            ];
        }

        AutoPad.Explicit(graph, sized);
        var classes = shape.Classes ?? 0;
        if (classes == 0)
        {
            guesses.Add(
                new Guess(
                    "output",
                    shape.Kind.ToString().ToLowerInvariant(),
                    $"'{logit.Logit}' is {(shape.Extents is { } extents ? OutputShape.Text(extents) : "of unknown shape")} for "
                        + "one image: no class scores"
                )
            );
        }

        var layers = LayerFinder.Find(sized, spec, logit.Logit, classes > 0 ? classes : null);

        var description = new ModelDescription
        {
            Name = source.Name,
            Version = source.Version,
            Sha256 = digest,
            Provider = factory.Provider,
            Opset = opset,
            Inputs = inputs,
            Outputs = outputs,
            Input = spec,
            Numbers = InputNumbers.Of(types[input], quantized.GetValueOrDefault(input)),
            Logit = logit.Logit,
            Explainable = OutputDescription.All(graph, sized, input, logit.Logit, classes),
            Activation = Activation(manifest, logit, classes, guesses),
            Classes = classes,
            Labels = Labels(source, manifest, classes > 0 ? classes : Channels(shape, spec), logit, guesses),
            Layer = Layer(manifest, layers, guesses),
            Layers = layers.Candidates,
            LastLayers = layers.Last,
            ChannelNames = ChannelNames(source, manifest, layers),
            Guesses = guesses,
            MissingGradients = MissingGradient.On(graph, logit.Logit, input),
        };
        return new LoadedModel(graph, sized, source.Folder, factory, description, cancellation);
    }

    // One image of the size in use: with all extents fixed, shapes that the graph computes from its input's shape become constants.
    private static Graph Sized(Graph graph, InputSpec spec, string? folder, CancellationToken cancellation)
    {
        var sized = new Graph(graph.Model.Clone());
        sized.RetypeInput(
            spec.Name,
            new TensorType(
                graph.Type(spec.Name)!.Element,
                [.. WithSize<Dim>(spec, graph.Type(spec.Name)!.Dims!, spec.Height, spec.Width).Select((d, i) => i == 0 ? d.Size ?? 1 : d)]
            )
        );
        // What goes by the name of the batch in other inputs is the same number.
        if (graph.Type(spec.Name)!.Dims![0] is { Symbol: { Length: > 0 } } batch)
        {
            foreach (var other in graph.Inputs.Where(i => i != spec.Name && graph.Type(i)?.Dims is not null))
            {
                sized.RetypeInput(
                    other,
                    graph.Type(other)! with
                    {
                        Dims = [.. graph.Type(other)!.Dims!.Select(d => d.SameAs(batch) ? 1 : d)],
                    }
                );
            }
        }

        TypeInference.Declare(sized, folder, cancellation, fold: true);
        return sized;
    }

    private static T[] WithSize<T>(InputSpec spec, IReadOnlyList<T> dims, T height, T width)
    {
        var axis = spec.Layout == TensorLayout.Nchw ? 2 : 1;
        return
        [
            .. dims.Select(
                (d, i) =>
                    i == axis ? height
                    : i == axis + 1 ? width
                    : d
            ),
        ];
    }

    // The pads of one size are wrong for another.
    private static bool PadsDependOnSize(Graph graph) =>
        graph.Nodes.Any(n =>
            n.String("auto_pad", "").StartsWith("SAME", StringComparison.Ordinal)
            && n.Ints("strides")?.Any(s => s > 1) == true
            && graph.Type(n.Input[0])?.FixedFrom(2) is null
        );

    private static int? Classes(Graph graph, string logit) =>
        graph.Type(logit)?.FixedFrom(1) is { Length: > 0 } extents && extents.Count(e => e != 1) <= 1
            ? (int)extents.Aggregate(1L, (a, b) => a * b)
            : null;

    private static int? Channels(OutputShape shape, InputSpec spec) =>
        new Targets.Outputs.OutputAxes("", shape.Extents ?? [], spec.Layout == TensorLayout.Nhwc).ClassAxis is { } axis
        && shape.Extents![axis] is > 0 and var channels
            ? (int)channels
            : null;

    private static string Activation(ModelManifest manifest, LogitChoice logit, int classes, List<Guess> guesses)
    {
        if (manifest.Output.Activation is { } configured)
        {
            return configured is "softmax" or "sigmoid" or "none"
                ? configured
                : throw new InvalidDataException($"model.json: output.activation is {configured}; allowed: softmax, sigmoid, none");
        }

        if (classes == 0)
            return "none";
        var activation = logit.Activation ?? (classes > 1 ? "softmax" : "sigmoid");
        guesses.Add(
            new Guess(
                "output.activation",
                activation,
                logit.Activation is not null ? logit.Reason : $"the graph ends without one and has {classes} classes"
            )
        );
        return activation;
    }

    private static string? Layer(ModelManifest manifest, LayerChoice layers, List<Guess> guesses)
    {
        if (manifest.Layer is { } configured)
        {
            return layers.Candidates.Any(c => c.Name == configured)
                ? configured
                : throw new InvalidDataException(
                    $"model.json: layer is {configured}, which is not a feature map of the graph; possible: "
                        + $"{string.Join(", ", layers.Candidates.TakeLast(5).Select(c => c.Name))}"
                );
        }

        guesses.Add(new Guess("layer", layers.Default ?? "none", layers.Reason));
        return layers.Default;
    }

    private static IReadOnlyList<string> Labels(
        ModelSource source,
        ModelManifest manifest,
        int? classes,
        LogitChoice logit,
        List<Guess> guesses
    )
    {
        var file = manifest.Labels ?? "labels.txt";
        if (ReadAll(source, file) is not { } bytes)
        {
            if (manifest.Labels is not null)
                throw new InvalidDataException($"model.json: labels is {file}, which is missing");
            if (logit.Labels.Count == 0 || logit.Labels.Count != classes)
                return [];
            guesses.Add(new Guess("labels", $"{classes} names", "they stand in the graph"));
            return logit.Labels;
        }

        var labels = Lines(bytes);
        return labels.Length == (classes ?? labels.Length)
            ? labels
            : throw new InvalidDataException($"{file} has {labels.Length} labels, the graph has {classes} classes");
    }

    private static Dictionary<string, IReadOnlyList<string>> ChannelNames(ModelSource source, ModelManifest manifest, LayerChoice layers)
    {
        var names = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, file) in manifest.Channels ?? [])
        {
            var layer = layers.Candidates.FirstOrDefault(c => c.Name == name)
                ?? throw new InvalidDataException(
                    $"model.json: channels names '{name}', which is not a feature map of the graph; possible: "
                        + $"{string.Join(", ", layers.Candidates.TakeLast(5).Select(c => c.Name))}"
                );
            var lines = ReadAll(source, file) is { } bytes
                ? Lines(bytes)
                : throw new InvalidDataException($"model.json: channels of '{name}' is {file}, which is missing");
            names[name] =
                lines.Length == layer.Channels
                    ? lines
                    : throw new InvalidDataException($"{file} has {lines.Length} names, '{name}' has {layer.Channels} channels");
        }
        return names;
    }

    private static string[] Lines(byte[] text) =>
        [.. Encoding.UTF8.GetString(text).TrimStart('\uFEFF').TrimEnd().Split('\n').Select(l => l.Trim())];

    private static byte[]? ReadAll(ModelSource source, string file)
    {
        using var stream = source.Open(file);
        if (stream is null)
            return null;
        if (stream.Length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"{file} has {stream.Length} bytes; allowed are {Array.MaxLength}: weights may lie in a file beside it"
            );
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static TensorInfo[] Tensors(Graph graph, IEnumerable<string> names, Func<string, DataType?> type) =>
        [.. names.Select(n => new TensorInfo(n, DataTypeNames.Of(type(n)), [.. graph.Type(n)?.Dims?.Select(d => d.Size ?? -1) ?? []]))];
}
