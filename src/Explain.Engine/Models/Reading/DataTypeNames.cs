using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Reading;

/// <summary>Element types by their names in the Open Inference Protocol.</summary>
internal static class DataTypeNames
{
    /// <summary>The name; <c>UNKNOWN</c> for what is no tensor.</summary>
    public static string Of(DataType? element) =>
        element switch
        {
            DataType.Float => "FP32",
            DataType.Double => "FP64",
            DataType.Float16 => "FP16",
            DataType.Bfloat16 => "BF16",
            DataType.String => "BYTES",
            { } other => other.ToString().ToUpperInvariant(),
            null => "UNKNOWN",
        };
}
