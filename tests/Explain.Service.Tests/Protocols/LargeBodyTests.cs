using System.Text;
using Explain.Engine.Vocabulary;
using Explain.Service.Protocols.OpenInference;

namespace Explain.Service.Tests.Protocols;

/// <summary>Requests of many megabytes take memory for what they hold, not for how it is written.</summary>
public sealed class LargeBodyTests
{
    private const int Millions = 2;

    // csharpier-ignore
    public static TheoryData<string, string, string> Bodies => new()
    {
        { "numbers", "[1]", Many("0") },
        { "more numbers", "[2000000]", Many("0") },
        { "lists", "[1]", Many("[]") },
        { "objects", "[1]", Many("{}") },
        { "texts", "[1]", Many("\"\"") },
        { "extents", Many("1"), "[0]" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public void ReadingOneTakesNoMoreThanTwiceItsSizeBesideIt(string what, string shape, string data)
    {
        var body = Encoding.ASCII.GetBytes($$"""{"inputs":[{"data":{{data}},"name":"x","datatype":"FP32","shape":{{shape}}}]}""");
        Read(Encoding.ASCII.GetBytes("""{"inputs":[{"data":[0],"name":"x","datatype":"FP32","shape":[1]}]}"""));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(body);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2L * body.Length + 100_000, what);
    }

    [Fact]
    public void TheNumbersOfALargeBodyAreThoseThatWereSent()
    {
        var numbers = Enumerable.Range(0, 1000).ToArray();
        var text = string.Join(',', numbers.Chunk(10).Select(row => $"[{string.Join(',', row)}]"));
        var body = InferBody.Read(
            Encoding.ASCII.GetBytes($$"""{"inputs":[{"data":[{{text}}]},{"name":"y"},{"d\u0061ta":[true,[false]]}],"data":[1]}""")
        );

        var values = new InferTensor("x", "INT32", [100, 10], body.Data[0], null).ToInput().Values;
        Assert.Equal(numbers, (int[])values);
        Assert.Equal([true, false], (bool[])new InferTensor("x", "BOOL", [2], body.Data[1], null).ToInput().Values);
        Assert.Equal(2, body.Data.Count);
    }

    [Theory]
    [InlineData("INT8", "[1,128]", "value 1 of data is no INT8 number")]
    [InlineData("UINT8", "[-1,1]", "value 0 of data is no UINT8 number")]
    [InlineData("FP32", "[1,[true]]", "value 1 of data is no FP32 number")]
    [InlineData("BOOL", "[true,1]", "value 1 of data is no BOOL number")]
    [InlineData("FP32", "[1,2,3]", "needs 2 values, 3 came")]
    [InlineData("FP32", "[[[1]]]", "needs 2 values, 1 came")]
    public void WhatIsWrongWithANumberIsSaid(string datatype, string data, string expected)
    {
        var body = InferBody.Read(Encoding.ASCII.GetBytes($$"""{"inputs":[{"data":{{data}}}]}"""));
        var tensor = new InferTensor("x", datatype, [2], body.Data[0], null);
        Assert.Contains(expected, Assert.Throws<ExplainException>(tensor.ToInput).Message, StringComparison.Ordinal);
    }

    private static void Read(byte[] body)
    {
        try
        {
            var read = InferBody.Read(body);
            read.Rest.Dispose();
            new InferTensor("x", "FP32", [Millions * 1_000_000], read.Data[0], null).ToFloats();
        }
        catch (ExplainException)
        {
            // Most of them are no such tensor.
        }
    }

    private static string Many(string value) => $"[{string.Join(',', Enumerable.Repeat(value, Millions * 1_000_000))}]";
}
