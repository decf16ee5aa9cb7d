using Explain.Service.Settings;

namespace Explain.Service.Tests;

/// <summary>What may stand on the service's command line.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("--models", "/m", "--urls=http://localhost:1")]
    [InlineData("--Explain:Device=cpu", "--Serilog:MinimumLevel:Default", "Warning", "--Kestrel:Endpoints:A:Url=http://*:1")]
    [InlineData("--model_name", "heron", "--predictor_host", "heron.zoo", "--http_port", "80", "--workers", "1")]
    [InlineData("--environment=Development", "--contentRoot=/x", "--applicationName=y")]
    [InlineData("urls=http://localhost:1")]
    [InlineData("--Explain:RequestTimeoutSeconds", "-1")]
    public void WhatIsUnderstoodGoesOn(params string[] arguments) => Assert.Equal((null, "", ""), Run(arguments));

    [Theory]
    [InlineData("'--model' is no option; did you mean 'models'?", "--model", "/m")]
    [InlineData("'--port' is no option;", "--port=80")]
    [InlineData("'--Explan:Device' is no option;", "--Explan:Device=cpu")]
    [InlineData("'--verbose' is no option;", "--verbose")]
    [InlineData("'--models' has no value", "--models")]
    [InlineData("'--models' has no value", "--models", "--urls", "http://localhost:1")]
    [InlineData("'/models' is no option", "/models")]
    [InlineData("'serve' is no option", "serve", "--models", "/m")]
    [InlineData("'extra' is no option", "--models", "/m", "extra")]
    [InlineData("'--help' is no option;", "--models=/m", "--help")]
    public void AnythingElseIsNamedAndStopsTheStart(string problem, params string[] arguments)
    {
        var (code, output, errors) = Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(problem, errors, StringComparison.Ordinal);
        Assert.EndsWith("--help says what there is\n", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage: ")]
    [InlineData("-h", "Usage: ")]
    [InlineData("--version", "explain-service 1.2.3\n")]
    public void WhatAsksForAnAnswerAloneGetsIt(string argument, string answer)
    {
        var (code, output, errors) = Run(argument);
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(answer, output, StringComparison.Ordinal);
    }

    private static (int? Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        return (CommandLine.Handle(arguments, "1.2.3", output, errors), output.ToString(), errors.ToString());
    }
}
