using System.Text;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

/// <summary>Models that take more than an image.</summary>
public sealed class FurtherInputTests
{
    private static readonly TinyGraph Net = TinyNets.Vqa();

    [Fact]
    public void AQuestionOfOneItemIsAskedOfEveryImage()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var question = Net.Feeds["question"].ToEngine();
        var first = question.Item(0);

        var shared = Explain(model, new InputTensor([1, 5], first));
        var repeated = Explain(model, new InputTensor([2, 5], first.Concat(first).ToArray()));
        var own = Explain(model, new InputTensor([2, 5], question.Values));

        Assert.Equal(repeated.Logits.Values, shared.Logits.Values);
        Assert.Equal(repeated.Map.Values, shared.Map.Values);
        Assert.Equal(own.Map.Item(0), shared.Map.Item(0));
        Assert.NotEqual(own.Map.Item(1), shared.Map.Item(1));
    }

    [Fact]
    public void VariantsOfAnItemAreAskedItsOwnQuestion()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var question = Net.Feeds["question"].ToEngine();
        var parameters = Parameters(new InputTensor(question.Shape, question.Values));
        var group = TargetGroup.Of(model, parameters, 2, Tiny.Images).Single();
        using var study = ExplainPlan.Study(
            [ExplainPlan.Make(group, parameters)],
            Net.Image(),
            group.Rounds(group.Objectives, 2),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        for (var n = 0; n < 2; n++)
        {
            var probe = new Probe(study, 0, n, "l");
            var maps = study.Activations("l").Item(n).ToArray();

            // More items than go through the model at once.
            Assert.All(probe.Evaluate(new Variants("same", 19, (_, values) => probe.Input.Values.CopyTo(values))), v =>
                Assert.Equal(probe.Score, v, 1e-5)
            );
            Assert.All(study.Respond(n, "l", new Variants("same maps", 3, (_, values) => maps.CopyTo(values)))[0], v =>
                Assert.Equal(probe.Score, v, 1e-5)
            );
            var gradients = probe.Differentiate(19, (_, values) => probe.Input.Values.CopyTo(values), ["l"], default);
            foreach (var (pass, item) in gradients)
                Near.Relative(probe.Gradient.Values, pass.Gradients["l"].Item(item), 1e-5, "gradient");
        }
    }

    [Fact]
    public void AnInputMadeForOneItemTakesTheImagesOneByOne()
    {
        var whole = TinyNets.Vqa();
        var question = whole.Feeds["question"].ToEngine().Item(0);
        // The same net, but for the question's first axis.
        using var loadedSingle = Tiny.Load(TinyNets.Vqa(questions: 1).ToBytes());
        var single = loadedSingle.View;
        using var loadedAny = whole.Load();
        var any = loadedAny.View;

        var expected = Explain(any, new InputTensor([1, 5], question));
        var answer = Explain(single, new InputTensor([1, 5], question));

        Assert.Equal((1, null), (single.BatchSize, any.BatchSize));
        Near.Relative(expected.Logits.Values, answer.Logits.Values, 1e-6, "logits");
        Near.Relative(expected.Map.Values, answer.Map.Values, 1e-6, "map");
    }

    [Theory]
    [InlineData(typeof(long))]
    [InlineData(typeof(int))]
    [InlineData(typeof(double))]
    [InlineData(typeof(byte))]
    public void NumbersOfAnyTypeBecomeTheModelsOwn(Type type)
    {
        var g = TinyNets.Caption();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        int[] tokens = [0, 2, 4, 6, 1, 3];
        var given = Array.CreateInstance(type, 6);
        for (var i = 0; i < 6; i++)
            given.SetValue(Convert.ChangeType(tokens[i], type), i);

        var answer = model.Explain(
            new TensorQuery(
                g.Image(),
                new ExplainParameters
                {
                    Target = """{"output":"logits","tokens":[1,2,3]}""",
                    Inputs = new Dictionary<string, InputTensor> { ["tokens"] = new([2, 3], given) },
                }
            )
        );

        Near.Relative(Runtime.Run(g.Build(), g.Feeds)["logits"].Floats, answer.Logits.Values, 1e-5, "logits");
    }

    // csharpier-ignore
    public static TheoryData<string, string> WrongInputs => new()
    {
        { "none", "the model needs 'question' FP32 [-1, 5] beside the image" },
        { "another name", "the model has no further input 'query'; it has 'question' FP32 [-1, 5]" },
        { "the image", "the model has no further input 'x'" },
        { "another length", "input 'question' has the shape [1, 4] and 4 values; the model's is 'question' FP32 [-1, 5], -1 where variable" },
        { "another rank", "input 'question' has the shape [5] and 5 values" },
        { "too few values", "input 'question' has the shape [1, 5] and 4 values" },
        { "other items", "input 'question' has 3 items; allowed: 1 or 2, as the image's input has" },
        { "a NaN", "input 'question' is FP32: NaN is no number of that type" },
    };

    [Theory]
    [MemberData(nameof(WrongInputs))]
    public void AWrongInputIsNamedWithWhatTheModelTakes(string what, string message)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        InputTensor? question = what switch
        {
            "another length" => new([1, 4], new float[4]),
            "another rank" => new([5], new float[5]),
            "too few values" => new([1, 5], new float[4]),
            "other items" => new([3, 5], new float[15]),
            "a NaN" => new([1, 5], new[] { 1, 2, float.NaN, 4, 5 }),
            _ => new([1, 5], new float[5]),
        };
        Dictionary<string, InputTensor> inputs = what switch
        {
            "none" => [],
            "another name" => new() { ["query"] = question },
            "the image" => new() { ["question"] = question, ["x"] = question },
            _ => new() { ["question"] = question },
        };

        var e = Assert.Throws<ExplainException>(() =>
            model.Explain(new TensorQuery(Net.Image(), new ExplainParameters { Inputs = inputs }))
        );

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Contains(message, e.Errors["inputs"].Single());
    }

    [Fact]
    public void AFractionIsNoToken()
    {
        var g = TinyNets.Caption();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() =>
            model.Explain(
                new TensorQuery(
                    g.Image(),
                    new ExplainParameters
                    {
                        Inputs = new Dictionary<string, InputTensor> { ["tokens"] = new([1, 3], new[] { 0, 0.5, 1 }) },
                        Target = """{"output":"logits","tokens":[0]}""",
                    }
                )
            )
        );

        Assert.Equal("input 'tokens' is INT64: 0.5 is no whole number of that type", e.Message);
    }

    [Theory]
    [InlineData("5", "is no object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{"q":5}""", "'q' needs a shape and data and nothing else")]
    [InlineData("""{"q":{"shape":[1]}}""", "'q' needs a shape and data and nothing else")]
    [InlineData("""{"q":{"shape":[-1],"data":[1]}}""", "'q': shape must be an array of whole numbers, none negative")]
    [InlineData("""{"q":{"shape":[1],"data":[1]},"q":{"shape":[1],"data":[1]}}""", "'q' is given twice")]
    [InlineData("""{"q":{"shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data":[1]}}""", "'q': shape has more than 16 extents")]
    [InlineData("""{"q":{"shape":[2],"data":[0.5,9007199254740993]}}""", "'q': data holds fractions beside whole numbers beyond")]
    [InlineData("""{"q":{"shape":[1],"data":["a"]}}""", "'q': value 0 of data is no number and no boolean")]
    [InlineData("""{"q":{"shape":[1],"data":[1],"type":"x"}}""", "'q' needs a shape and data and nothing else")]
    public void InputsInJsonOfAnotherFormAreNamed(string json, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => InputJson.Read(json)).Message);

    [Fact]
    public void InputsInJsonMayBeNested()
    {
        var inputs = InputJson.Read(
            """{"a":{"shape":[2,2],"data":[[1,2],[3,4]]},"b":{"shape":[2],"data":[0.5,1]},"c":{"shape":[1],"data":[true]}}"""
        );

        Assert.Equal(new long[] { 1, 2, 3, 4 }, inputs["a"].Values);
        Assert.Equal(new[] { 0.5, 1 }, inputs["b"].Values);
        Assert.Equal([true], inputs["c"].Values.Cast<object>());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[[],[]]")]
    public void InputsInJsonMayBeEmpty(string data) =>
        Assert.Empty(InputJson.Read($$$"""{"a":{"data":{{{data}}},"shape":[0]}}""")["a"].Values);

    [Fact]
    public void BooleansAmongNumbersAreNumbers() =>
        Assert.Equal(new[] { 1L, 0, 5 }, InputJson.Read("""{"a":{"shape":[3],"data":[true,false,5]}}""")["a"].Values);

    [Fact]
    public void MillionsOfNumbersTakeMemoryForThemselves()
    {
        var json = $$$"""{"a":{"shape":[1000000],"data":[{{{string.Join(',', Enumerable.Repeat('7', 1_000_000))}}}]}}""";
        InputJson.Read("""{"a":{"shape":[1],"data":[7]}}""");

        var before = GC.GetAllocatedBytesForCurrentThread();
        InputJson.Read(json);
        // Eight bytes for each, and the text in UTF-8.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000 + json.Length + 100_000);
    }

    [Fact]
    public void ANumPyFileThatWasWrittenIsRead()
    {
        var read = NpyReader.Read(
            NpyWriter.Write(
                [2, 3],
                [
                    [1, 2, 3],
                    [4, 5, 6.5f],
                ]
            )
        );

        Assert.Equal([2L, 3], read.Shape);
        Assert.Equal(new[] { 1, 2, 3, 4, 5, 6.5f }, read.Values);
    }

    [Theory]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 16, null)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, null)]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4, "is no array of numbers in C order")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8, "has elements of type <c8; allowed: <f4, <f8, <i8,")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 4, "has the shape [3] and 4 bytes of numbers")]
    [InlineData("nonsense", 4, "is no array of numbers in C order")]
    public void ANumPyFileOfAnotherKindIsNamed(string header, int bytes, string? message)
    {
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[bytes]];

        if (message is null)
            Assert.Equal(header.Contains("()", StringComparison.Ordinal) ? 1 : 2, NpyReader.Read(file).Values.Length);
        else
            Assert.Contains(message, Assert.Throws<FormatException>(() => NpyReader.Read(file)).Message);
        Assert.Throws<FormatException>(() => NpyReader.Read(file.AsSpan(0, 9)));
        Assert.Throws<FormatException>(() => NpyReader.Read("no NumPy file at all"u8));
    }

    private static ExplainParameters Parameters(InputTensor question) =>
        new()
        {
            Target = "1",
            Sign = Sign.Both,
            Inputs = new Dictionary<string, InputTensor> { ["question"] = question },
        };

    private static TensorAnswer Explain(Model model, InputTensor question) =>
        model.Explain(new TensorQuery(Net.Image(), Parameters(question)));
}
