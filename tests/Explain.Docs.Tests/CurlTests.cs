using System.Globalization;
using System.Text.RegularExpressions;

namespace Explain.Docs.Tests;

/// <summary>Blocks that call curl do what the pages say, with a service that runs.</summary>
public sealed partial class CurlTests(ShownService service)
{
    public static TheoryData<string> PagesWithCurl => [.. Repository.Pages.Where(p => Run(p).Any()).Select(p => p.Path)];

    [Theory]
    [MemberData(nameof(PagesWithCurl))]
    public async Task EveryBlockIsAnsweredAsItsPageSays(string path)
    {
        foreach (var block in Run(Repository.Pages.Single(p => p.Path == path)))
        {
            var result = await ShellBlock.RunAsync(block.Text, service.Of(path).Address, TestContext.Current.CancellationToken);
            var where = $"{path}, line {block.Line}: {result.Printed[..Math.Min(result.Printed.Length, 2000)]}";
            Assert.True(result.Statuses.Count > 0, $"{where}: nothing was asked");
            if (Failure().Match(block.Text) is { Success: true } failure)
            {
                var status = int.Parse(failure.Groups[1].Value, CultureInfo.InvariantCulture);
                Assert.True(result.Code != 0 && result.Statuses.SequenceEqual([status]), where);
            }
            else
            {
                Assert.True(result.Code == 0 && result.Statuses.All(s => s is >= 200 and < 300), where);
            }
        }
    }

    [Theory]
    [InlineData("curl -sS http://localhost:8080/api/v1/nothing", 404)]
    [InlineData("curl -sS http://localhost:8080/api/v1/nothing | cat", 404)]
    [InlineData("curl -sS http://localhost:8080/healthz/live; false", 200)]
    public async Task ABlockThatFailsIsFound(string block, int status)
    {
        var result = await ShellBlock.RunAsync(block, service.Open.Address, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, result.Code);
        Assert.Equal([status], result.Statuses);
    }

    [Fact]
    public void WhatIsNotRunIsNamed()
    {
        Assert.True(Repository.Pages.Sum(p => Run(p).Count()) > 10, "the pages show too little");
        Assert.All(Repository.Pages, p => Assert.DoesNotContain(p.Fences, f => f.Language != "sh" && Calls(f)));
        Assert.Equal(
            Shown.NotRun,
            Repository.Pages.SelectMany(p =>
                p.Fences.Where(f => f.Language == "console")
                    .Select(f =>
                        (
                            p.Path,
                            Shown.NotRun.FirstOrDefault(n => n.Page == p.Path && f.Text.Contains(n.Needs, StringComparison.Ordinal)).Needs
                        )
                    )
            )
        );
    }

    private static IEnumerable<Fence> Run(MarkdownFile page) => page.Fences.Where(f => f.Language == "sh" && Calls(f));

    private static bool Calls(Fence block) => CurlWord().IsMatch(block.Text);

    [GeneratedRegex(@"\bcurl\b")]
    private static partial Regex CurlWord();

    /// <summary>A block that shows a failure says its status at its end.</summary>
    [GeneratedRegex(@"# ([45]\d\d)\s*$")]
    private static partial Regex Failure();
}
