using System.Globalization;
using System.Text;
using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Instances of COCO.</summary>
public sealed class CocoJsonTests : IDisposable
{
    private const string Begin =
        "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"c\"}],\"annotations\":[";

    private readonly AnnotationFolder _folder = new();

    [Fact]
    public void AnnotationsAreReadInWhateverOrderTheSectionsStand()
    {
        var images = _folder.Read(
            "a.json",
            """
            {"info":{"year":2017},
             "annotations":[
              {"id":1,"image_id":7,"category_id":18,"bbox":[1.5,2,3,4.25],"iscrowd":0,"area":1,"segmentation":[]},
              {"id":2,"image_id":7,"category_id":1,"bbox":[0,0,90,90],"iscrowd":1},
              {"id":3,"image_id":7,"category_id":18,"bbox":[1.5,2,3,4.25]}],
             "images":[{"id":7,"file_name":"v/1.jpg","width":20,"height":10},{"id":8,"file_name":"2.jpg"}],
             "categories":[{"id":1,"name":"person"},{"id":18,"name":"dog","supercategory":"animal"}]}
            """
        );
        Assert.Equal(["v/1.jpg", "2.jpg"], images.Select(i => i.Name));
        Assert.Equal([(20, 10), null], images.Select(i => i.Size));
        Assert.Equal(
            [
                new AnnotatedObject("dog", new PixelBox(1.5, 2, 4.5, 6.25)),
                new AnnotatedObject("person", new PixelBox(0, 0, 20, 10)) { Crowd = true },
            ],
            images[0].Objects
        );
        Assert.Empty(images[1].Objects);
    }

    [Theory]
    [InlineData("[[1,0,3,0,3,2,1,2]]")]
    [InlineData("[ [1,0,2,0,2,2,1,2],[2,0,3,0,3,2,2,2] ]")]
    [InlineData("{\"size\":[2,4],\"counts\":[2,4,2]}")]
    [InlineData("{\"counts\":\"242\",\"size\":[2,4]}")]
    public void ASegmentationIsReadInEachOfItsForms(string segmentation)
    {
        var found = Assert.Single(Assert.Single(Masked(segmentation)).Objects);
        Assert.Equal([false, true, true, false, false, true, true, false], found.Mask!.Read(4, 2));
        Assert.Null(found.Box);
    }

    [Theory]
    [InlineData("[[1,2,3,4,5]]", "has a polygon that is not three or more pairs of x and y")]
    [InlineData("[[1,2,3,4]]", "has a polygon that is not three or more pairs of x and y")]
    [InlineData("[1,2]", "has a polygon that is not three or more pairs of x and y")]
    [InlineData("[[1,2,3,4,5,null]]", "has a polygon with a coordinate that is no place on a picture")]
    [InlineData("[[1,2,3,4,5,1e400]]", "has a polygon with a coordinate that is no place on a picture")]
    [InlineData("{\"size\":[2,4]}", "has runs without size or counts")]
    [InlineData("{\"size\":[2,4,1],\"counts\":[8]}", "has runs whose size is not height and width")]
    [InlineData("{\"size\":[4,2],\"counts\":[8]}", "has runs of 2 x 4 pixels; the picture has 4 x 2")]
    [InlineData("{\"size\":[2,4],\"counts\":[9]}", "has runs of 9 pixels in all; the picture has 8")]
    [InlineData("{\"size\":[2,4],\"counts\":[-1,9]}", "has runs with something in counts that is no count")]
    [InlineData("{\"size\":[2,4],\"counts\":7}", "has runs whose counts is no array")]
    [InlineData("{\"size\":[2,4],\"counts\":\"\\ud800\"}", "has runs in a string that is no text")]
    [InlineData("{\"size\":[2,4],\"counts\":\"P\"}", "has runs in a text that breaks off")]
    public void ADamagedSegmentationIsRefusedWhenItIsRead(string segmentation, string message)
    {
        var mask = Masked(segmentation)[0].Objects[0].Mask!;
        var said = Assert.Throws<FormatException>(() => mask.Read(4, 2)).Message;
        Assert.Contains($"a.json' line 3, byte 17, {message}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "'a.json' line 1, byte 2 is not JSON")]
    [InlineData("{}\n{}", "'a.json' line 2, byte 1 is not JSON")]
    [InlineData("", "'a.json' line 1, byte 1 is not JSON")]
    [InlineData("[]", "'a.json' line 1, byte 1, has no object for the document")]
    [InlineData("{\"images\":[]}", "'a.json' has no 'categories' and no 'annotations', which COCO's instances have")]
    [InlineData("{\"images\":[],\n\"images\":[]}", "'a.json' line 2, byte 11, ends a second 'images'")]
    public void WhatIsNoDocumentOfCocoIsRefused(string text, string message) =>
        Assert.Contains(message, _folder.Refusal("a.json", text), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"file_name\":\"a\"", "", "", "has an image without an id or a file_name")]
    [InlineData("\"id\":\"1\"", "", "", "has no number for an image's id")]
    [InlineData("\"id\":1.5", "", "", "has no whole number for an image's id")]
    [InlineData("\"id\":1,\"file_name\":\"\\ud800\"", "", "", "has a string that is no text for file_name")]
    [InlineData("\"id\":1,\"file_name\":\"../a\"", "", "", "has '../a' for a picture")]
    [InlineData("\"id\":1,\"file_name\":\"a\",\"width\":-1", "", "", "says that the picture has -1 x 0 pixels")]
    [InlineData("\"id\":1,\"file_name\":\"a\"},{\"id\":1,\"file_name\":\"b\"", "", "", "has a second image 1")]
    [InlineData("\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":\"a\"", "", "", "repeats 'a.json' line 1, byte 12: 'a'")]
    [InlineData(null, "\"id\":1", "", "has a category without an id or a name")]
    [InlineData(null, "\"id\":1,\"name\":\"a\"},{\"id\":1,\"name\":\"b\"", "", "has a second category 1")]
    [InlineData(null, null, "\"category_id\":1,\"bbox\":[0,0,1,1]", "has an annotation of the image that it does not name, which")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":3,\"bbox\":[0,0,1,1]", "has an annotation of the category 3, which is not")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1", "has an annotation without a bbox or a segmentation")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1]", "has 3 numbers in a bbox, which has four")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1,1e999]", "has no finite number for bbox")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1,\"\"]", "has no number for bbox")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,0,1]", "has the box from (0, 0) to (0, 1), which has no pixel")]
    [InlineData(null, null, "\"image_id\":1,\"category_id\":1,\"segmentation\":1", "has a segmentation that is neither polygons nor runs")]
    public void WhatIsWrongIsSaidWithItsPlace(string? image, string? category, string annotation, string message)
    {
        var text = $$"""
            {"images":[{{{image ?? "\"id\":1,\"file_name\":\"a\""}}}],
            "categories":[{{{(category is "" ? "\"id\":1,\"name\":\"c\"" : category ?? "\"id\":1,\"name\":\"c\"")}}}],
            "annotations":[{{{annotation}}}]}
            """;
        var said = _folder.Refusal("a.json", text);
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.StartsWith("'a.json' line ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnnotationThatIsThereTwiceIsRefused()
    {
        const string One = "{\"id\":5,\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1,1]}";
        var text = $"{Begin}{One},\n {One}]}}";
        Assert.Equal("'a.json' line 2, byte 2, has a second annotation 5", _folder.Refusal("a.json", text));
    }

    [Fact]
    public void AnnotationsOfPicturesThatAreLeftOutAreLeftOutWithThem()
    {
        _folder.Write("p/b.jpg", "");
        var text =
            "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":\"b.jpg\"}],\"categories\":[{\"id\":1,\"name\":\"c\"}],"
            + "\"annotations\":[{\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1,1]}]}";
        var image = Assert.Single(
            _folder.Read("a.json", text, new AnnotationOptions { Pictures = _folder.At("p"), LeaveOutMissing = true })
        );
        Assert.Equal("b.jpg", image.Name);
    }

    [Fact]
    public void AFileTakesItsOwnSizeInMemoryAndLittleMore()
    {
        const int Count = 20_000;
        var text = new StringBuilder(
            "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"c\"}],\"annotations\":["
        );
        for (var i = 0; i < Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}\n{{\"image_id\":1,\"category_id\":1,\"bbox\":[{i},0,1,1],");
            text.Append("\"segmentation\":[[").AppendJoin(',', Enumerable.Repeat("123.45", 100)).Append("]]}");
        }
        var file = _folder.Write("a.json", text.Append("]}").ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var images = AnnotationFormats.Read(file);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Count, images[0].Objects.Count);
        Assert.InRange(allocated, 0, new FileInfo(file).Length * 2);
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<AnnotatedImage> Masked(string segmentation) =>
        _folder.Read(
            "a.json",
            $$$"""
            {"images":[{"id":1,"file_name":"a","width":4,"height":2}],
            "categories":[{"id":1,"name":"c"}],
            "annotations":[ {"image_id":1,"category_id":1,"segmentation":{{{segmentation}}}}]}
            """
        );
}
