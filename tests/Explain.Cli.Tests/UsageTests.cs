namespace Explain.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--method gradcm", "did you mean 'gradcam'?")]
    [InlineData("--alpha 2", "--alpha: 2 is out of range")]
    [InlineData("--alpha 0.1 --alpha 0.2", "--alpha: is given 2 times")]
    [InlineData("--colourmap turbo", "--colourmap: is not a parameter; did you mean 'colormap'?")]
    [InlineData("--frob=1", "--frob: is not a parameter")]
    [InlineData("-alpha 1", "-alpha: is not a parameter")]
    [InlineData("--modl x", "did you mean --model?")]
    [InlineData("--top 3", "--top: does not apply here")]
    [InlineData("--target purple", "no single label matches 'purple'")]
    [InlineData("--target 7", "class 7 does not exist")]
    [InlineData("--layer nosuch", "'nosuch' is not a feature map")]
    [InlineData("--out map.tif", "no format that can be written")]
    [InlineData("--alpha", "--alpha")]
    public async Task AWrongParameterIsOneLineAndExitCodeTwo(string parameters, string message)
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(["image", place.RedAndBlue("in.png"), "--model", place.Colours, .. parameters.Split(' ')]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, Assert.Single(run.Error));
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task AllWrongParametersAreNamedAtOnce()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("image", place.RedAndBlue("in.png"), "--method", "x", "--sign", "y", "--what", "z");

        Assert.Equal(2, run.Code);
        Assert.Equal(
            ["explain: --method", "explain: --sign", "explain: --what"],
            run.Error.Select(line => string.Join(':', line.Split(':')[..2]))
        );
    }

    [Theory]
    [InlineData("", "say what to do")]
    [InlineData("frob", "there is no verb 'frob'")]
    [InlineData("evaluate", "say what to do: localization, faithfulness, randomization, errors, trust")]
    [InlineData(
        "evaluate --scenes 10",
        "there is no verb '--scenes'; the verbs are localization, faithfulness, randomization, errors, trust"
    )]
    [InlineData("image", "image")]
    [InlineData("inspect", "inspect")]
    [InlineData("inspect a b", "'b'")]
    [InlineData("evaluate localization --out out --demo --scenes many", "a whole number from 1")]
    [InlineData("evaluate localization --out out --demo --scenes 0", "a whole number from 1")]
    [InlineData("evaluate localization --out out --demo --methods nosuch", "--methods: 'nosuch' is not allowed")]
    [InlineData(
        "evaluate localization --out out --demo in -a b --columns label=c",
        "leave out PICTURES, --annotations, --columns, or --demo"
    )]
    [InlineData("evaluate localization --out out", "say which pictures: a folder and its --annotations, or --demo")]
    [InlineData("evaluate localization --out out -a boxes.csv", "say which pictures: a folder and its --annotations, or --demo")]
    [InlineData("evaluate localization --out out in", "say with --annotations what is on the pictures of 'in'")]
    [InlineData("evaluate localization --out out in -a b --scenes 4 --scene-seed 1", "--scenes and --scene-seed need --demo")]
    public async Task AWrongCommandIsOneLineAndExitCodeTwo(string command, string message)
    {
        var run = await Cli.RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, run.Code);
        Assert.Contains(message, Assert.Single(run.Error));
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("--help", "image")]
    [InlineData("image --help", "--colormap")]
    [InlineData("inspect --help", "--json")]
    [InlineData("evaluate --help", "randomization")]
    public async Task HelpIsAResult(string command, string word)
    {
        var run = await Cli.RunAsync(command.Split(' '));

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        Assert.Contains(run.Out, line => line.Contains(word));
    }

    [Fact]
    public async Task SeveralImagesDoNotFitInOneFile()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("image", place.RedAndBlue("a.png"), place.RedAndBlue("b.png"), "--out", place.Write([1], "out.png"));

        Assert.Equal(2, run.Code);
        Assert.Contains("2 images need a folder", Assert.Single(run.Error));
    }
}
