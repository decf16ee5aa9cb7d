using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.Conformance;

/// <summary>A model of the ONNX conformance suite with its first set of inputs.</summary>
/// <param name="Name">Folder of the case.</param>
/// <param name="Model">The model as it stands in the file.</param>
/// <param name="Inputs">Input tensors by name.</param>
internal sealed record ConformanceCase(string Name, Graph Model, IReadOnlyDictionary<string, TensorProto> Inputs)
{
    /// <summary>The one node that is no constant.</summary>
    public NodeProto Node => Model.Nodes.Single(n => n.OpType != "Constant");

    /// <summary>The operator as rules are keyed.</summary>
    public string Operator => OperatorName.Of(Node);
}

/// <summary>The single-operator models of the ONNX conformance suite, as Debian's package <c>libonnx-testdata</c> installs them.</summary>
internal static class ConformanceSuite
{
    /// <summary>What a skipped test says.</summary>
    public const string Missing = "needs the ONNX conformance suite in /usr/share/libonnx-testdata: Debian's package libonnx-testdata";

    private const string Root = "/usr/share/libonnx-testdata/data";

    /// <summary>Whether it is installed.</summary>
    public static bool Installed => Directory.Exists(Root);

    /// <summary>Every model with one operator whose inputs are tensors, by name.</summary>
    public static IEnumerable<ConformanceCase> Cases()
    {
        foreach (
            var folder in Directory.EnumerateDirectories(Root).SelectMany(Directory.EnumerateDirectories).Order(StringComparer.Ordinal)
        )
        {
            var file = Path.Combine(folder, "model.onnx");
            if (!File.Exists(file))
                continue;
            var model = Graph.Parse(File.ReadAllBytes(file));
            if (model.Nodes.Count(n => n.OpType != "Constant") != 1)
                continue;
            var names = model.Proto.Input.Select(i => i.Name).ToArray();
            if (names.Any(n => model.Type(n) is null or { Element: DataType.String }))
                continue;
            var inputs = names
                .Select((n, i) => (Name: n, File: Path.Combine(folder, "test_data_set_0", $"input_{i}.pb")))
                .Where(i => File.Exists(i.File))
                .ToDictionary(i => i.Name, i => TensorProto.Parser.ParseFrom(File.ReadAllBytes(i.File)));
            yield return new ConformanceCase(Path.GetFileName(folder), model, inputs);
        }
    }
}
