using System.Diagnostics;
using Explain.Engine.Explaining;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>Deadlines, cancelling and costs.</summary>
public sealed class TimeTests
{
    private const int Endless = 100_000;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    public static TheoryData<string> Methods => ["sscam", "iscam", "rise", "aise", "lime", "kernelshap"];

    public static TheoryData<string> Cancelled =>
        ["sscam", "iscam", "rise", "aise", "lime", "kernelshap", "smoothgrad", "vargrad", "smoothgradcam++"];

    [Theory]
    [InlineData("rise")]
    [InlineData("lime")]
    [InlineData("kernelshap")]
    [InlineData("smoothgrad")]
    [InlineData("vargrad")]
    [InlineData("smoothgradcam++")]
    public void APartialAnswerIsTheAnswerOfTheSamplesThatWereDone(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var one = new FloatTensor([1, 3, 5, 6], Net.Image().Item(0));
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "1",
            Sign = Sign.Both,
        };

        var partial = model.Perturb(one, parameters with { Deadline = AtOnce, Options = parameters.Options with { Samples = Endless } });

        var progress = Assert.Single(partial.Partial);
        Assert.Equal(Endless, progress!.Of);
        Assert.InRange(progress.Done, 1, Endless - 1);
        var whole = model.Perturb(one, parameters with { Options = parameters.Options with { Samples = progress.Done } });
        Assert.Equal([null], whole.Partial);
        Near.Relative(whole.Map.Values, partial.Map.Values, 1e-5, method);
    }

    [Theory]
    [InlineData("scorecam")]
    [InlineData("ablationcam")]
    public void APartialAnswerOfALayerIsThatOfItsMostActiveChannels(string method)
    {
        // Many channels, so that time is up before the last of them.
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 1, 3, 5, 6)
            .Convolve("x", 4000, 3, "c0", 1)
            .Node("Relu", "c0", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", 3, 4000)
            .Node("Gemm", "f w", "scores", Autodiff.Graphs.Attributes.Of("transB", 1))
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "1",
            Sign = Sign.Both,
        };

        var partial = model.Perturb(g.Image(), parameters with { Deadline = AtOnce });

        var done = Assert.Single(partial.Partial)!.Done;
        Assert.InRange(done, 1, 3999);
        Near.Relative(
            model.Perturb(g.Image(), parameters with { Options = parameters.Options with { Samples = done } }).Map.Values,
            partial.Map.Values,
            1e-4,
            method
        );
    }

    [Fact]
    public void APartialReciproCamHasAtEveryPlaceTheValueOfTheNearestOneThatWasTried()
    {
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 1, 3, 60, 70)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters
        {
            Method = "reciprocam",
            Target = "1",
            Sign = Sign.Both,
        };

        var partial = model.Perturb(g.Image(), parameters with { Deadline = AtOnce });

        var progress = Assert.Single(partial.Partial)!;
        Assert.Equal(60 * 70, progress.Of);
        var whole = model.Perturb(g.Image(), parameters).Map.Values;
        var done = Engine.Methods.Perturbation.ScatteredOrder.Of(4200)[..progress.Done];
        for (var i = 0; i < whole.Length; i++)
        {
            var least = done.Min(Distance);
            Assert.Contains(done.Where(d => Distance(d) == least), d => Math.Abs(whole[d] - partial.Map.Values[i]) < 1e-5);

            int Distance(int other) => (other / 70 - i / 70) * (other / 70 - i / 70) + (other % 70 - i % 70) * (other % 70 - i % 70);
        }
    }

    [Fact]
    public void APartialOcclusionIsZeroWhereNoWindowWasAndTheWholeOnesValueAtPixelsWithOneWindow()
    {
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 1, 3, 60, 70)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters
        {
            Method = "occlusion",
            Target = "1",
            Sign = Sign.Both,
            Options = new() { Window = (1, 1), Stride = (1, 1) },
        };

        var partial = model.Perturb(g.Image(), parameters with { Deadline = AtOnce });

        var progress = Assert.Single(partial.Partial)!;
        Assert.Equal(60 * 70, progress.Of);
        var whole = model.Perturb(g.Image(), parameters).Map.Values;
        var seen = Engine.Methods.Perturbation.ScatteredOrder.Of(4200).Take(progress.Done).ToHashSet();
        for (var i = 0; i < whole.Length; i++)
            Assert.Equal(seen.Contains(i) ? whole[i] : 0, partial.Map.Values[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cancelled))]
    public void CancellingEndsARunThatWouldTakeMinutes(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        using var cancelled = new CancelledAt(Stage.Run);
        var query = new TensorQuery(
            Net.Image(),
            new ExplainParameters
            {
                Method = method,
                Target = "1",
                Options = new() { Samples = Endless * 10 },
            }
        );

        Assert.ThrowsAny<OperationCanceledException>(() =>
            TensorExplainer.Explain(model, query, Tiny.Images, RunContext.Alone(cancelled.Token))
        );
        Assert.Equal(ActivityStatusCode.Error, cancelled.Span!.Status);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    [InlineData("scorecam")]
    [InlineData("ablationcam")]
    [InlineData("reciprocam")]
    [InlineData("occlusion")]
    [InlineData("gradcam")]
    [InlineData("cam")]
    public void TheEstimateCountsThePassesOfTheMethod(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "1",
            Options = new() { Samples = 3 },
        };
        var plan = model.Plan(parameters);

        var cost = CostEstimator.Of(
            [plan],
            Prices.Of(
                [
                    [plan],
                ],
                new OutputParameters()
            ),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        Assert.Equal(Counted(plan, method), cost.Passes);
        Assert.True(cost.Milliseconds > 0);
    }

    [Fact]
    public void SeveralTargetsShareTheVariantsOfTheirMethodAndTheCost()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var plan = model.Plan(
            new ExplainParameters
            {
                Method = "rise",
                Target = "top:3",
                Options = new() { Samples = 20 },
            }
        );
        var made = 0;
        using var study = ExplainPlan.Study(
            [plan],
            Net.Image(),
            [Objectives(0), Objectives(1)],
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var variants = new Variants("counted", 20, (i, values) =>
        {
            made++;
            values.Fill(i);
        });

        var (first, second) = (new Probe(study, 0, 0, "x").Evaluate(variants), new Probe(study, 1, 0, "x").Evaluate(variants));

        Assert.Equal(20, made);
        Assert.NotEqual(first, second);
        Assert.Equal(
            21,
            CostEstimator
                .Of(
                    [plan],
                    Prices.Of(
                        [
                            [plan],
                        ],
                        new OutputParameters()
                    ),
                    RunContext.Alone(TestContext.Current.CancellationToken)
                )
                .Passes.Forward
        );
    }

    [Fact]
    public void TimeIsDealtOutEvenlyToTheMapsThatAreToCome()
    {
        var time = new SharedDeadline(TimeSpan.FromHours(1));
        time.Expect(4);

        Assert.InRange(time.Next(1).Time!.Value.TotalMinutes, 14, 15);
        Assert.InRange(time.Next(2).Time!.Value.TotalMinutes, 38, 40);
        Assert.InRange(time.Next(1).Time!.Value.TotalMinutes, 58, 60);
        Assert.Null(new SharedDeadline(null).Next(1).Time);
    }

    [Fact]
    public void ConventionsThatAMethodDoesNotKnowAreRefusedWithThoseItKnows()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() =>
            model.Plan(
                new ExplainParameters
                {
                    Method = "scorecam",
                    Options = new() { Compat = Compat.Captum },
                }
            )
        );

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Equal("'captum' is not allowed with scorecam; allowed: none, pytorch-grad-cam, torch-cam", e.Errors["compat"].Single());
    }

    [Fact]
    public void AStrideThatLeavesPixelsOutIsRefused()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() =>
            model.Map(
                Net.Image(),
                "occlusion",
                new ExplainParameters
                {
                    Options = new() { Window = (2, 3), Stride = (3, 3) },
                }
            )
        );

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Contains("3x3 is more than the window, 2x3", e.Errors["stride"].Single());
    }

    [Theory]
    [InlineData("rise", "probability")]
    [InlineData("lime", "probability")]
    [InlineData("aise", "probability")]
    [InlineData("occlusion", "logit")]
    [InlineData("kernelshap", "logit")]
    [InlineData("scorecam", "logit")]
    public void WhatIsExplainedIsWhatThePaperExplains(string method, string score)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters { Options = new() { Samples = 8 } };

        Assert.Equal(score, model.Plan(parameters with { Method = method }).Targets.Score.Name);
        Assert.Equal("contrast:2", model.Plan(parameters with { Method = method, Score = "contrast:2" }).Targets.Score.Name);
        using var loadedBare = Tiny.Features().PoolAndClassify().Output("scores").Load("""{ "output": { "activation": "none" } }""");
        var bare = loadedBare.View;
        Assert.Equal("logit", bare.Plan(parameters with { Method = method }).Targets.Score.Name);
    }

    private static IObjective[] Objectives(int target) => [.. Enumerable.Repeat(new ClassObjective(Score.Logit, new Target(target)), 2)];

    // The net has 4 channels of 5 by 6 places and an input of that size; there is one forward pass to begin with.
    private static PassCount Counted(ExplainPlan plan, string method) =>
        method switch
        {
            "gradcam" => new PassCount(1, 0, 1),
            "cam" => new PassCount(1, 0, 0),
            "scorecam" => new PassCount(1 + 3, 0, 0),
            "ablationcam" => new PassCount(1, 3, 0),
            "reciprocam" => new PassCount(1, 30, 0),
            "occlusion" => new PassCount(1 + 30, 0, 0),
            "sscam" or "iscam" => new PassCount(1 + 4 * 3, 0, 0),
            "aise" => new PassCount(1 + 2 * 3, 0, 0),
            "kernelshap" => new PassCount(1 + 1 + 3, 0, 0),
            _ => new PassCount(1 + plan.Options.Samples!.Value, 0, 0),
        };
}
