using Explain.Kernels.Blocked;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests.Blocked;

public class ElementProgramTests
{
    private const double Tolerance = 1e-6;

    private static readonly (string Text, Func<float, float, float, double> Truth)[] Programs =
    [
        ("", (a, _, _) => a),
        ("Neg 0", (a, _, _) => -a),
        ("Mul 0 1;Add 3 2", (a, b, c) => (double)a * b + c),
        ("Sub 0 1;Abs 3;Sqrt 4;Div 5 2", (a, b, c) => Math.Sqrt(Math.Abs((double)a - b)) / c),
        ("Exp 0;Tanh 1;Mul 3 4;Mul 3 5;Sub 6 2", (a, b, c) => Math.Exp(a) * Math.Exp(a) * Math.Tanh(b) - c),
        ("Sigmoid 0;Mul 3 3;Add 4 1;Mul 5 3", (a, b, _) => (S(a) * S(a) + b) * S(a)),
        ("Mul 0 1;Swish 3;SwishGrad 2 4", (a, b, c) => Gradient(c, (double)a * b * S((double)a * b))),
    ];

    private static readonly int[] Blocks = [1, 8, 16];
    private static readonly (int, int)[] Kinds = [(0, 0), (1, 0), (0, 2), (2, 1)];
    private static readonly int[] Positions = [1, 7, 64, 333];

    // Numbers of the second operand and the third: as many as the first has, one for each channel, one for all.
    public static TheoryData<int, int, int, int, int> Cases =>
        [
            .. from program in Enumerable.Range(0, Programs.Length)
            from block in Blocks
            from positions in Positions
            from kinds in Kinds
            select (program, block, positions, kinds.Item1, kinds.Item2),
        ];

    [Theory, MemberData(nameof(Cases))]
    public void MapAppliesOneOperatorAfterAnother(int program, int block, int positions, int second, int third)
    {
        var (text, truth) = Programs[program];
        var operands = Operands(block, positions, second, third);
        var expected = Expected(truth, operands);
        var result = new float[block * positions];
        new ElementProgram(text, 3).Map(Source(operands), result);
        AssertNear(expected, result);
        new ElementProgram(text, 3).Map(Source(operands), operands[0]);
        Assert.Equal(result, operands[0]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void SumAddsThePositionsOfEveryChannel(int program, int block, int positions, int second, int third)
    {
        var (text, truth) = Programs[program];
        var operands = Operands(block, positions, second, third);
        var expected = new double[block];
        var size = 0.0;
        foreach (var (i, value) in Expected(truth, operands).Index())
        {
            expected[i % block] += value;
            size += Math.Abs(value);
        }
        var sums = new float[block];
        new ElementProgram(text, 3).Sum(Source(operands), block * positions, sums);
        for (var i = 0; i < block; i++)
            Assert.Equal(expected[i], sums[i], Tolerance * (1 + size));
        if (positions > 1)
            return;
        new ElementProgram(text, 3).Sum(Source(operands), block, operands[0]);
        Assert.Equal(sums, operands[0]);
    }

    [Theory]
    [InlineData("Softmax 0", typeof(NotSupportedException))]
    [InlineData("Mul 0 3", typeof(FormatException))]
    [InlineData("Mul 0 1 2", typeof(FormatException))]
    [InlineData("Mul", typeof(FormatException))]
    [InlineData("Mul a b", typeof(FormatException))]
    public void WhatIsNoProgramIsRefused(string text, Type exception) => Assert.Throws(exception, () => new ElementProgram(text, 3));

    private static double S(double x) => 1 / (1 + Math.Exp(-x));

    private static double Gradient(double dy, double x) => dy * (S(x) + x * S(x) * (1 - S(x)));

    private static float[][] Operands(int block, int positions, int second, int third)
    {
        return [Part(block * positions, 1), Part(Length(second), 2), Part(Length(third), 3)];

        int Length(int kind) => new[] { block * positions, block, 1 }[kind];

        float[] Part(int length, int seed) => [.. Floats(length, seed).Select(v => 2.5f + MathF.Sin(v))];
    }

    private static double[] Expected(Func<float, float, float, double> truth, float[][] operands) =>
        [.. operands[0].Select((a, i) => truth(a, operands[1][i % operands[1].Length], operands[2][i % operands[2].Length]))];

    private static OperandSource Source(float[][] operands) =>
        (operand, start, count) =>
            operands[operand].Length == operands[0].Length ? operands[operand].AsSpan(start, count) : operands[operand];

    private static void AssertNear(double[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance * (1 + Math.Abs(expected[i])));
    }
}
