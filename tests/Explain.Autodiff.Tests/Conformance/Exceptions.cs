namespace Explain.Autodiff.Tests.Conformance;

/// <summary>Inputs that are not differentiated by, and cases whose inputs lie where there is no derivative.</summary>
internal static class Exceptions
{
    private const string Weight = "a weight: rules hand no gradient to weights";
    private const string Setting = "a setting of the operator, not a value";

    private const string Bound = "a bound or a filling, which models hold as a constant: rules hand no gradient to it";

    private const string Edge =
        "an input is near the edge of the domain, where a step that float32 can resolve leads out of it or past its pole";
    private const string Pixel = "positions are on pixels, where the slope between pixels changes";
    private const string Cancelled = "a sum of 6480 terms that cancel: a thousandth of what is left of it is rounding of float32";
    private const string Small = "the parts cancel to a hundred-thousandth of the output, less than differences in float32 resolve";
    private const string Equal = "some of the inputs are equal: moved apart they are no longer one";
    private const string Jump = "an input is where the value jumps";
    private const string Statistic = "a statistic of training or quantisation: rules see the first output only";
    private const string Positions = "positions, which models count out for indices: they are constants for the derivative";
    private const string Drawn = "training mode draws at random in each run; the gradient is that of the mean over the draws";

    // csharpier-ignore
    private static readonly Dictionary<(string Operator, int Input), string> Inputs = new()
    {
        [("BatchNormalization", 1)] = Weight,
        [("BatchNormalization", 2)] = Weight,
        [("BatchNormalization", 3)] = Weight,
        [("BatchNormalization", 4)] = Weight,
        [("Conv", 1)] = Weight,
        [("Conv", 2)] = Weight,
        [("ConvTranspose", 1)] = Weight,
        [("ConvTranspose", 2)] = Weight,
        [("LayerNormalization", 1)] = Weight,
        [("LayerNormalization", 2)] = Weight,
        [("Clip", 1)] = Bound,
        [("Clip", 2)] = Bound,
        [("Pad", 2)] = Bound,
        [("Dropout", 1)] = Setting,
        [("Resize", 1)] = Setting,
        [("Resize", 2)] = Setting,
        [("Upsample", 1)] = Setting,
        [("DequantizeLinear", 1)] = Weight,
        [("QuantizeLinear", 1)] = Weight,
        [("OneHot", 0)] = Jump,
        [("OneHot", 1)] = Setting,
        [("OneHot", 2)] = Bound,
        [("Hardmax", 0)] = Jump,
        [("Range", 0)] = Positions,
        [("Range", 1)] = Positions,
        [("Range", 2)] = Positions,
    };

    // csharpier-ignore
    private static readonly Dictionary<string, string> Cases = new()
    {
        ["test_acos"] = Edge,
        ["test_acosh_example"] = Edge,
        ["test_asin"] = Edge,
        ["test_atanh"] = Edge,
        ["test_tan"] = Edge,
        ["test_unique_not_sorted_without_axis"] = Equal,
        ["test_unique_sorted_with_axis"] = Equal,
        ["test_unique_sorted_with_axis_3d"] = Equal,
        ["test_unique_sorted_with_negative_axis"] = Equal,
        ["test_unique_sorted_without_axis"] = Equal,
        ["test_floor_example"] = Jump,
        ["test_round"] = Jump,
        ["test_sign"] = Jump,
        ["test_sign_model"] = Jump,
        ["test_thresholdedrelu_example"] = Jump,
        ["test_pow"] = "the first base is 0: its power is not a number on one side of it",
        ["test_reduce_min_default_axes_keepdims_example"] = "two of the inputs are the smallest",
        ["test_leakyrelu_example"] = "one of the inputs is 0, where the slope changes",
        ["test_training_dropout"] = Drawn,
        ["test_training_dropout_default"] = Drawn,
        ["test_training_dropout_default_mask"] = Drawn,
        ["test_training_dropout_mask"] = Drawn,
    };

    // csharpier-ignore
    private static readonly Dictionary<(string Case, int Input), string> InputsOfCases = new()
    {
        [("test_gridsample_aligncorners_true", 1)] = Pixel,
        [("test_gridsample_bilinear", 1)] = Pixel,
        [("test_gridsample_nearest", 1)] = Jump,
        [("test_roialign_aligned_false", 1)] = Pixel,
        [("test_gru_seq_length", 2)] = Small,
        [("test_nllloss_NCd1d2d3d4d5_mean_weight", 2)] = Cancelled,
        [("test_sce_NCd1d2d3d4d5_mean_weight", 2)] = Cancelled,
        [("test_sce_NCd1d2d3d4d5_mean_weight_log_prob", 2)] = Cancelled,
    };

    private static readonly Dictionary<(string Operator, int Output), string> Outputs = new()
    {
        [("LayerNormalization", 1)] = Statistic,
        [("LayerNormalization", 2)] = Statistic,
        [("DynamicQuantizeLinear", 1)] = Statistic,
    };

    /// <summary>Whether the operator's kernel for double precision computes in single precision.</summary>
    public static bool IsSingle(ConformanceCase @case) => @case.Node.OpType == "Shrink";

    /// <summary>Why an output of a case is not differentiated; null when it is.</summary>
    public static string? WhyNotOutput(ConformanceCase @case, string output) =>
        Outputs.GetValueOrDefault((@case.Node.OpType, @case.Node.Output.IndexOf(output)));

    /// <summary>Whether an input is a setting, which keeps its element type in a model of another.</summary>
    public static bool IsSetting(ConformanceCase @case, string input) =>
        Inputs.GetValueOrDefault((@case.Node.OpType, @case.Node.Input.IndexOf(input))) == Setting;

    /// <summary>Why a case is not differentiated by an input; null when it is.</summary>
    public static string? WhyNot(ConformanceCase @case, string input) =>
        Cases.GetValueOrDefault(@case.Name)
        ?? InputsOfCases.GetValueOrDefault((@case.Name, @case.Node.Input.IndexOf(input)))
        ?? Inputs.GetValueOrDefault((@case.Node.OpType, @case.Node.Input.IndexOf(input)));
}
