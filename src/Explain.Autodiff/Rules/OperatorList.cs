using System.Collections.Frozen;
using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Rules;

/// <summary>An operator of a domain.</summary>
/// <param name="Name">Its name as <see cref="OperatorName"/> spells it.</param>
/// <param name="Since">The first version of its domain that has it.</param>
public sealed record KnownOperator(string Name, int Since);

/// <summary>
/// Names of operators. Their meaning is the specification's; what a derivative does at them is said by <see cref="OperatorTable"/>.
/// </summary>
internal static class OperatorList
{
    // Every operator of the default domain up to opset 27, the newest that ONNX Runtime 1.32 opens, and those that it keeps from before
    // opset 10, less those below.
    private const string Onnx = """
        Abs 1, Acos 7, Acosh 9, Add 1, Affine 1, AffineGrid 20, ArgMax 1, ArgMin 1, Asin 7, Asinh 9, Atan 7, Atanh 9, Attention 23,
        AveragePool 1, BatchNormalization 1, Cast 1, CastLike 15, CausalConvWithState 27, Ceil 1, Celu 12, CenterCropPad 18, Clip 1,
        Col2Im 18, Compress 9, Concat 1, Constant 1, ConstantOfShape 9, Conv 1, ConvInteger 10, ConvTranspose 1, Cos 7, Cosh 9, Crop 1,
        CumProd 26, CumSum 11, DFT 17, DeformConv 19, DepthToSpace 1, DequantizeLinear 10, Det 11, Div 1, Dropout 1,
        DynamicQuantizeLinear 11, DynamicSlice 1, Einsum 12, Elu 1, Equal 1, Erf 9, Exp 1, Expand 8, EyeLike 9, Flatten 1, Floor 1, GRU 1,
        Gather 1, GatherElements 11, GatherND 11, Gelu 20, Gemm 1, GlobalAveragePool 1, GlobalLpPool 1, GlobalMaxPool 1, Greater 1,
        GreaterOrEqual 12, GridSample 16, GroupNormalization 18, HardSigmoid 1, HardSwish 14, Hardmax 1, Identity 1, If 1, ImageScaler 1,
        InstanceNormalization 1, IsInf 10, IsNaN 9, LRN 1, LSTM 1, LayerNormalization 17, LeakyRelu 1, Less 1, LessOrEqual 12,
        LinearAttention 27, Log 1, LogSoftmax 1, Loop 1, LpNormalization 1, LpPool 1, MatMul 1, MatMulInteger 10, Max 1, MaxPool 1,
        MaxRoiPool 1, MaxUnpool 9, Mean 1, MeanVarianceNormalization 9, Min 1, Mish 18, Mod 10, Mul 1, Neg 1, NegativeLogLikelihoodLoss 12,
        NonMaxSuppression 10, NonZero 9, OneHot 9, PRelu 1, Pad 1, ParametricSoftplus 1, Pow 1, QLinearConv 10, QLinearMatMul 10,
        QuantizeLinear 10, RMSNormalization 23, RNN 1, RandomNormalLike 1, RandomUniformLike 1, Range 11, Reciprocal 1, ReduceL1 1,
        ReduceL2 1, ReduceLogSum 1, ReduceLogSumExp 1, ReduceMax 1, ReduceMean 1, ReduceMin 1, ReduceProd 1, ReduceSum 1, ReduceSumSquare 1,
        Relu 1, Reshape 1, Resize 10, ReverseSequence 10, RoiAlign 10, RotaryEmbedding 23, Round 11, STFT 17, Scale 1, ScaledTanh 1, Scan 8,
        Scatter 9, ScatterElements 11, ScatterND 11, Selu 1, Shape 1, Shrink 9, Sigmoid 1, Sign 9, SimplifiedLayerNormalization 1, Sin 7,
        Sinh 9, Size 1, Slice 1, Softmax 1, SoftmaxCrossEntropyLoss 12, Softplus 1, Softsign 1, SpaceToDepth 1, Split 1, Sqrt 1, Squeeze 1,
        Sub 1, Sum 1, Swish 24, Tan 7, Tanh 1, TensorScatter 24, ThresholdedRelu 10, Tile 1, TopK 1, Transpose 1, Trilu 14, Unique 11,
        Unsqueeze 1, Upsample 1, Where 9
        """;

    // Of the same domain, what works on bits, text and sequences, and what draws.
    private const string NoFloats = """
        And 1, Bernoulli 15, BitCast 26, BitShift 11, BitwiseAnd 18, BitwiseNot 18, BitwiseOr 18, BitwiseXor 18, BlackmanWindow 17,
        ConcatFromSequence 11, HammingWindow 17, HannWindow 17, ImageDecoder 20, MelWeightMatrix 17, Multinomial 7, Not 1, Optional 15,
        OptionalGetElement 15, OptionalHasElement 15, Or 1, RandomNormal 1, RandomUniform 1, RegexFullMatch 20, SequenceAt 11,
        SequenceConstruct 11, SequenceEmpty 11, SequenceErase 11, SequenceInsert 11, SequenceLength 11, SequenceMap 17, SplitToSequence 11,
        StringConcat 20, StringNormalizer 10, StringSplit 20, TfIdfVectorizer 9, Xor 1
        """;

    // Every operator of com.microsoft that has floats and a kernel on the CPU, and those without that layers of image models are fused
    // into for other processors. Less those below, parts of language models (QMoE, SparseAttention, AttnLSTM), and MaxpoolWithMask, which
    // is documented as internal.
    private const string Microsoft = """
        Attention 1, BiasAdd 1, BiasGelu 1, BiasSplitGelu 1, CDist 1, ConvTransposeWithDynamicPads 1, CropAndResize 1,
        DecoderMaskedMultiHeadAttention 1, DequantizeLinear 1, DynamicQuantizeLSTM 1, DynamicQuantizeMatMul 1, EmbedLayerNormalization 1,
        ExpandDims 1, FastGelu 1, FusedConv 1, FusedGemm 1, FusedMatMul 1, GatherBlockQuantized 1, GatherND 1, Gelu 1, GridSample 1,
        GroupNorm 1, GroupQueryAttention 1, Inverse 1, MatMulBnb4 1, MatMulIntegerToFloat 1, MatMulNBits 1, MoE 1, MultiHeadAttention 1,
        NGramRepeatBlock 1, NhwcConv 1, NhwcFusedConv 1, NhwcMaxPool 1, PackedAttention 1, PackedMultiHeadAttention 1, Pad 1,
        QAttention 1, QEmbedLayerNormalization 1, QGemm 1, QLinearAdd 1, QLinearAveragePool 1, QLinearConcat 1, QLinearConv 1,
        QLinearGlobalAveragePool 1, QLinearLeakyRelu 1, QLinearMul 1, QLinearReduceMean 1, QLinearSigmoid 1, QLinearSoftmax 1,
        QLinearWhere 1, QuantizeLinear 1, QuickGelu 1, Range 1, RemovePadding 1, RestorePadding 1, RotaryEmbedding 1, SampleOp 1,
        SkipGroupNorm 1, SkipLayerNormalization 1, SkipSimplifiedLayerNormalization 1, TransposeMatMul 1, Trilu 1, UnfoldTensor 1,
        Unique 1, WordConvEmbedding 1, nchwc.AveragePool 1, nchwc.Conv 1, nchwc.GlobalAveragePool 1, nchwc.GlobalMaxPool 1,
        nchwc.MaxPool 1, nchwc.ReorderInput 1, nchwc.ReorderOutput 1, nchwc.Upsample 1
        """;

    // Of the same domain, what generates text and works on integers.
    private const string MicrosoftNoFloats = """
        BeamSearch 1, BifurcationDetector 1, DynamicTimeWarping 1, GreedySearch 1, MurmurHash3 1, Sampling 1, Tokenizer 1,
        WhisperBeamSearch 1
        """;

    // Modes that make another function of an operator.
    private const string Modes = """
        BatchNormalization(training_mode=1) 14, Pad(mode=reflect) 2, Pad(mode=edge) 2, Pad(mode=wrap) 19, ScatterElements(reduction=mul) 16,
        ScatterElements(reduction=max) 18, ScatterElements(reduction=min) 18, ScatterND(reduction=mul) 16, ScatterND(reduction=max) 18,
        ScatterND(reduction=min) 18
        """;

    /// <summary>All of them, those of the default domain first.</summary>
    public static IReadOnlyList<KnownOperator> All { get; } =
    [
        .. Read(Onnx).Concat(Read(NoFloats)).Concat(Read(Modes)).OrderBy(o => o.Name, StringComparer.Ordinal),
        .. OfMicrosoft(Microsoft).Concat(OfMicrosoft(MicrosoftNoFloats)).OrderBy(o => o.Name, StringComparer.Ordinal),
    ];

    /// <summary>Names of those that a derivative cannot pass: bits, text, sequences and draws.</summary>
    public static IReadOnlySet<string> WithoutDerivative { get; } =
        Read(NoFloats).Concat(OfMicrosoft(MicrosoftNoFloats)).Select(o => o.Name).ToFrozenSet();

    private static IEnumerable<KnownOperator> OfMicrosoft(string list) =>
        Read(list).Select(o => o with { Name = $"{OperatorName.Microsoft}.{o.Name}" });

    private static IEnumerable<KnownOperator> Read(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries)
            .Select(o => o.Split(' '))
            .Select(o => new KnownOperator(o[0], int.Parse(o[1], System.Globalization.CultureInfo.InvariantCulture)));
}
