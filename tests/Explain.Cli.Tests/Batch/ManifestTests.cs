using System.Text;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;

namespace Explain.Cli.Tests.Batch;

public sealed class ManifestTests
{
    private static readonly JobItem[] Expected =
    [
        new("a.png", null, "cat"),
        new("b/c.png", "7", null),
        new("b/c.png", "8", "dog, domestic"),
    ];

    [Fact]
    public void ALineOfATextFileIsAPath() =>
        Assert.Equal(
            [new JobItem("a.png"), new JobItem("b/c d.png"), new JobItem("../up.png")],
            Read("list.txt", "./a.png\n\n  b/../b/c d.png\r\n../up.png\n").OrderBy(i => i.Name == "../up.png")
        );

    [Fact]
    public void ACsvFileNamesItsColumns() =>
        Assert.Equal(Expected, Read("list.csv", "id,path,split,target\n,a.png,train,cat\n7,b/c.png,,\n8,b/c.png,test,\"dog, domestic\"\n"));

    [Fact]
    public void ALineOfAJsonlFileIsAnObject() =>
        Assert.Equal(
            Expected,
            Read(
                "list.jsonl",
                """
                {"path":"a.png","target":"cat"}
                {"path":"b/c.png","id":7,"target":null}

                {"path":"b/c.png","id":"8","target":"dog, domestic","split":1}
                """
            )
        );

    [Fact]
    public void ATargetMayBeJson() =>
        Assert.Equal(
            "{\"output\":\"logits\",\"index\":[1]}",
            Assert.Single(Read("list.jsonl", "{\"path\":\"a.png\",\"target\":{\"output\":\"logits\",\"index\":[1]}}")).Target
        );

    [Fact]
    public void ItemsAreApartByPathIdAndTarget() =>
        Assert.Equal(
            5,
            ((JobItem[])[new("a"), new("a", "1"), new("a", null, "1"), new("a", "1", "1"), new("a", "1", "2")])
                .Select(i => i.Key)
                .Distinct()
                .Count()
        );

    [Fact]
    public void OutputsStayInTheirFolderAndApart()
    {
        JobItem[] items =
        [
            new("x/a.png"),
            new("../x/a.png"),
            new("../../x/a.png"),
            new("/x/a.png"),
            new("x/a.png", "1"),
            new("x/a.png", null, "cat"),
        ];
        var names = items.Select(i => i.OutputName).ToArray();

        Assert.Equal("x/a.png", names[0]);
        Assert.Equal(items.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.StartsWith("x/a.png", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("list.txt", "\n \n", "lists no images")]
    [InlineData("list.txt", "a.png\nb.png\n./a.png\n", "line 3 repeats line 1: 'a.png' with the same target and id")]
    [InlineData("list.csv", "", "has no column 'path'")]
    [InlineData(
        "list.csv",
        "file,label\na.png,cat\n",
        "has no column 'path'; its first line names the columns, and they are 'file', 'label'"
    )]
    [InlineData("list.csv", "path,traget\na.png,cat\n", "line 1 names 'traget'; did you mean 'target'?")]
    [InlineData("list.csv", "path,target\na.png\n", "line 2: ")]
    [InlineData("list.csv", "path,target\na.png,cat\n,dog\n", "line 3 has no path")]
    [InlineData("list.jsonl", "{\"path\":\"a.png\"}\n{\"path\":", "line 2 is not JSON")]
    [InlineData("list.jsonl", "[\"a.png\"]", "line 1 is no JSON object")]
    [InlineData("list.jsonl", "{\"target\":\"cat\"}", "line 1 has no path")]
    [InlineData("list.jsonl", "{\"path\":\"a.png\",\"targets\":\"cat\"}", "line 1 names 'targets'; did you mean 'target'?")]
    [InlineData("list.xml", "<a/>", "is no manifest by its name; allowed: a folder, or a manifest ending in .txt, .csv, .jsonl")]
    public void WhatIsWrongIsNamedWithItsLine(string name, string content, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => Read(name, content)).Message);

    [Fact]
    public void AFolderGivesItsImagesByExtensionButNeitherHiddenOnesNorTheResults()
    {
        using var place = new Workplace();
        foreach (
            var file in (string[])["b.PNG", "a.jpeg", "sub/c.webp", "sub/notes.txt", ".hidden.png", ".git/x.png", "results/explained/a.png"]
        )
        {
            place.Write([1], ["in", .. file.Split('/')]);
        }

        Directory.CreateSymbolicLink(place.Path("in", "circle"), place.Path("in"));
        Directory.CreateSymbolicLink(place.Path("elsewhere"), place.Path("in", "results"));

        var source = ItemSource.Open(place.Path("in"), place.Path("elsewhere"));

        Assert.Equal(["a.jpeg", "b.PNG", "sub/c.webp"], source.Items.Select(i => i.Name));
    }

    private static IReadOnlyList<JobItem> Read(string name, string content)
    {
        using var place = new Workplace();
        return Manifest.Read(place.Write(Encoding.UTF8.GetBytes(content), name));
    }
}
