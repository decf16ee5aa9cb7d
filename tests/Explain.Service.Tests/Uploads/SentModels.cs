using Explain.Autodiff.Onnx;
using Explain.Testing;
using Google.Protobuf;

namespace Explain.Service.Tests.Uploads;

/// <summary>Models to be sent, good and bad.</summary>
internal static class SentModels
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Files = new(() =>
    {
        using var folder = new TemporaryFolder();
        TinyModels.Write(folder.Path);
        return Directory
            .GetDirectories(folder.Path)
            .ToDictionary(d => Path.GetFileName(d)!, d => File.ReadAllBytes(Path.Combine(d, "model.onnx")));
    });

    /// <summary>A classifier of three classes.</summary>
    public static byte[] Three => Files.Value["tiny"];

    /// <summary>A classifier of five classes.</summary>
    public static byte[] Five => Files.Value["other"];

    /// <summary>That of three classes with a tensor in a file of another name.</summary>
    public static (byte[] Model, byte[] Weights) WithWeightsIn(string location)
    {
        var model = ModelProto.Parser.ParseFrom(Three);
        var tensor = model.Graph.Initializer.Single(t => t.Name == "head");
        var weights = tensor.FloatData.SelectMany(BitConverter.GetBytes).ToArray();
        tensor.FloatData.Clear();
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        return (model.ToByteArray(), weights);
    }

    /// <summary>A kilobyte that is 2^40 nodes: each of its functions calls the one before twice.</summary>
    public static byte[] Bomb()
    {
        var model = ModelProto.Parser.ParseFrom(Three);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        for (var i = 0; i < 40; i++)
        {
            model.Functions.Add(
                new FunctionProto
                {
                    Name = $"f{i}",
                    Domain = "own",
                    Input = { "x" },
                    Output = { "y" },
                    OpsetImport =
                    {
                        new OperatorSetIdProto { Version = 17 },
                        new OperatorSetIdProto { Domain = "own", Version = 1 },
                    },
                    Node = { Called(i, "x", "h"), Called(i, "h", "y") },
                }
            );
        }
        var relu = model.Graph.Node.Single(n => n.OpType == "Relu");
        (relu.OpType, relu.Domain) = ("f39", "own");
        return model.ToByteArray();
    }

    private static NodeProto Called(int function, string input, string output) =>
        new()
        {
            OpType = function == 0 ? "Relu" : $"f{function - 1}",
            Domain = function == 0 ? "" : "own",
            Input = { input },
            Output = { output },
        };
}
