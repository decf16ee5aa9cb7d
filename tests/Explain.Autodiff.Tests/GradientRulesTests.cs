using System.Reflection;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of the elementwise operators, the normalisations, and everything that has no file of its own.</summary>
public class GradientRulesTests
{
    // csharpier-ignore
    public static TheoryData<long[], long[]> Broadcasts =>
    [
        ([2, 3, 4], [2, 3, 4]), ([2, 3, 4, 2], [2]), ([2], [2, 3, 4, 2]), ([2, 3, 4, 5], [3, 1, 1]), ([3, 1, 1], [2, 3, 4, 5]), ([2, 3, 4], []), ([], [2, 3]),
        ([2, 1, 4], [3, 1]), ([3, 1], [1, 4]), ([1, 3, 1, 5], [2, 1, 4, 1]), ([2, 3], [1]), ([1, 1, 1], [2]), ([], []), ([2, 3, 4, 5], [2, 3, 1, 1]), ([1, 4], [3, 4]),
    ];

    [Theory, MemberData(nameof(Broadcasts))]
    public void Add(long[] a, long[] b) => Check("Add", [In(a), In(b)]);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Sub(long[] a, long[] b) => Check("Sub", [In(a), In(b)]);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Mul(long[] a, long[] b) => Check("Mul", [In(a), In(b)]);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Div(long[] a, long[] b) => Check("Div", [Positive(a), Positive(b)]);

    [Fact]
    public void AddOfAConstant() => Check("Add", [In(2, 3, 4), Weight(3, 1)]);

    [Fact]
    public void SubFromAConstant() => Check("Sub", [Weight(3, 4), In(2, 1, 4)]);

    [Fact]
    public void MulByAConstant() => Check("Mul", [In(2, 3, 4), Weight(4)]);

    [Fact]
    public void DivOfAConstant() => Check("Div", [Weight(3, 4), Positive(2, 1, 4)]);

    [Fact]
    public void Relu() => Check("Relu", [In(2, 3, 5)]);

    [Fact]
    public void LeakyRelu() => Check("LeakyRelu", [In(2, 3, 5)], [Of("alpha", 0.3f)], floatStep: 0.01);

    [Fact]
    public void LeakyReluWithItsDefaultSlope() => Check("LeakyRelu", [In(2, 3, 5)], floatStep: 0.01);

    [Fact]
    public void LeakyReluWithANegativeSlope() => Check("LeakyRelu", [In(2, 3, 5)], [Of("alpha", -0.5f)], floatStep: 0.01);

    [Fact]
    public void Clip() => Check("Clip", [In(2, 3, 5), Values([], -0.7), Values([], 1.1)]);

    [Fact]
    public void ClipBelowOnly() => Check("Clip", [In(2, 3, 5), Values([], -0.7)]);

    [Fact]
    public void ClipAboveOnly() => Check("Clip", [In(2, 3, 5), null, Values([], 1.1)]);

    [Fact]
    public void ClipWithoutBounds() => Check("Clip", [In(2, 3, 5)]);

    [Theory, InlineData(new long[] { 2, 3, 5 }), InlineData(new long[] { 3, 1 }), InlineData(new long[] { 1 })]
    public void PRelu(long[] slope) => Check("PRelu", [In(2, 3, 5), Weight(slope)], floatStep: 0.01);

    [Fact]
    public void PReluWithASlopeThatIsComputed() => Check("PRelu", [In(2, 3, 5), In(3, 1)], floatStep: 0.01);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Max(long[] a, long[] b) => Check("Max", [In(a), Positive(b)]);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Min(long[] a, long[] b) => Check("Min", [In(a), Positive(b)]);

    [Fact]
    public void MaxOfThree() => Check("Max", [In(2, 3, 4), Values([], 0.5), In(3, 1)]);

    [Fact]
    public void MinOfOne() => Check("Min", [In(2, 3)]);

    [Fact]
    public void Sigmoid() => Check("Sigmoid", [In(2, 3, 5)]);

    [Fact]
    public void Tanh() => Check("Tanh", [In(2, 3, 5)]);

    [Fact]
    public void Exp() => Check("Exp", [In(2, 3, 5)]);

    [Fact]
    public void HardSigmoid() => Check("HardSigmoid", [In(2, 3, 5)], floatStep: 0.01);

    [Fact]
    public void HardSigmoidWithItsOwnSlopeAndShift() =>
        Check("HardSigmoid", [In(2, 3, 5)], [Of("alpha", 0.7f), Of("beta", 0.35f)], floatStep: 0.01);

    [Fact]
    public void Softplus() => Check("Softplus", [In(2, 3, 5)], floatStep: 0.02);

    [Fact]
    public void Sqrt() => Check("Sqrt", [Positive(2, 3, 5)], floatStep: 0.02);

    [Fact]
    public void Neg() => Check("Neg", [In(2, 3)]);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(-1), InlineData(-2)]
    public void Softmax(int axis) => Check("Softmax", [In(2, 3, 4)], [Of("axis", axis)]);

    [Fact]
    public void SoftmaxOverTheLastAxisByDefault() => Check("Softmax", [In(2, 3, 4)]);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(-1), InlineData(-2)]
    public void LogSoftmax(int axis) => Check("LogSoftmax", [In(2, 3, 4)], [Of("axis", axis)]);

    [Fact]
    public void LogSoftmaxOverTheLastAxisByDefault() => Check("LogSoftmax", [In(2, 3, 4)]);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(-2)]
    public void SoftmaxOfAnOldModelOverAllAxesFromOneOn(int axis) => Check("Softmax", [In(2, 2, 3, 2)], [Of("axis", axis)], opset: 11);

    [Fact]
    public void SoftmaxOfAnOldModelByDefault() => Check("Softmax", [In(2, 3, 2)], opset: 9);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void LogSoftmaxOfAnOldModelOverAllAxesFromOneOn(int axis) =>
        Check("LogSoftmax", [In(2, 2, 3, 2)], [Of("axis", axis)], opset: 12);

    [
        Theory,
        InlineData(new long[] { 4, 3 }),
        InlineData(new long[] { 2, 3, 4 }),
        InlineData(new long[] { 2, 3, 2, 4 }),
        InlineData(new long[] { 1, 3, 2, 2, 2 })
    ]
    public void BatchNormalization(long[] shape) =>
        Check("BatchNormalization", [In(shape), Weight(3), Weight(3), Weight(3), PositiveWeight(3)]);

    [Fact]
    public void BatchNormalizationWithALargeEpsilon() =>
        Check("BatchNormalization", [In(2, 3, 4, 2), Weight(3), Weight(3), Weight(3), PositiveWeight(3)], [Of("epsilon", 0.5f)]);

    [Fact]
    public void Identity() => Check("Identity", [In(2, 3)]);

    [Fact]
    public void Dropout() => Check("Dropout", [In(2, 3, 4)]);

    [Fact]
    public void DropoutWithRatioAndMask() =>
        Check(g => g.Input("x", 2, 3).Weight("r", Tensor.Of([], 0.5)).Node("Dropout", "x r", "y mask"));

    [Theory, InlineData(true), InlineData(false)]
    public void DropoutInTrainingIsRefused(bool training)
    {
        var flag = new Onnx.TensorProto
        {
            DataType = (int)DataType.Bool,
            RawData = Google.Protobuf.ByteString.CopyFrom(training ? (byte)1 : (byte)0),
        };
        var model = new TinyGraph().Input("x", 2, 3).Weight("r", Tensor.Of([], 0.5)).Node("Dropout", "x r t", "y").Output("y").Build();
        flag.Name = "t";
        model.Proto.Initializer.Add(flag);
        var graph = new Graph(model.Model);
        Dictionary<string, Value> Gradients() => new(Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain));
        if (training)
            Assert.Contains("draws at random", Assert.Throws<NotSupportedException>(Gradients).Message);
        else
            Assert.Single(Gradients());
    }

    [Fact]
    public void DropoutOfAnOldModel() => Check("Dropout", [In(2, 3, 4)], [Of("ratio", 0.3f)], opset: 10);

    [Fact]
    public void CastToAnotherFloatingPointType() =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Node("Cast", "x", "wide", Of("to", (long)DataType.Double))
                    .Node("Mul", "wide wide", "square")
                    .Node("Cast", "square", "y", Of("to", (long)g.Real)),
            least: Known.Ranks,
            floatStep: 0.01
        );

    [Fact]
    public void EveryRuleHasATest()
    {
        var tests = typeof(GradientRulesTests)
            .Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("RulesTests", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Select(m => m.Name)
            .ToArray();
        Assert.All(GradientRules.Plain.Operators.Select(o => o.Split('(')[0].Split('.')[^1]), o =>
            Assert.Contains(tests, t => t.StartsWith(o, StringComparison.Ordinal) && (t.Length == o.Length || char.IsUpper(t[o.Length])))
        );
    }
}
