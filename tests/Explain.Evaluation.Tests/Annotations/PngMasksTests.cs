using Explain.Engine.Images;
using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Masks in PNG.</summary>
public sealed class PngMasksTests : IDisposable
{
    private static readonly AnnotationOptions Options = new() { Codec = ImageCodecs.Of(ImageLibrary.Vips) };

    private readonly AnnotationFolder _folder = new();

    [Fact]
    public void TheLabelIsTheFolderAndAPictureMayHaveMasksInSeveral()
    {
        _folder.Write("pictures/1.jpg", "");
        _folder.Write("pictures/cow/2.jpg", "");
        Grey("masks/cat/1.png", 2, 0, 255, 0, 0);
        Grey("masks/dog/1.png", 2, 0, 0, 7, 0);
        Grey("masks/cow/2.png", 2, 255, 255, 0, 0);
        var images = AnnotationFormats.Read(_folder.At("masks"), Options with { Pictures = _folder.At("pictures") });
        Assert.Equal(["1.jpg", "cow/2.jpg"], images.Select(i => i.Name));
        Assert.Equal(["cat", "dog"], images[0].Objects.Select(o => o.Label));
        Assert.Equal([false, true, false, false], images[0].Objects[0].Mask!.Read(2, 2));
        Assert.Equal([false, false, true, false], images[0].Objects[1].Mask!.Read(2, 2));
        Assert.Equal("cow", Assert.Single(images[1].Objects).Label);
        Assert.Contains(
            "1.png' has 2 x 2 pixels; the picture that it masks has 3 x 2",
            Assert.Throws<FormatException>(() => images[0].Objects[0].Mask!.Read(3, 2)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WithoutPicturesTheyAreCalledLikeTheirMasks()
    {
        var file = Grey("masks/cat/1.png", 1, 255);
        Assert.Equal("cat/1.png", AnnotationFormats.Read(_folder.At("masks"), Options)[0].Name);
        var one = Assert.Single(AnnotationFormats.Read(file, Options));
        Assert.Equal(("1.png", "cat"), (one.Name, one.Objects[0].Label));
    }

    [Fact]
    public void AGreyValueIsAClassIndexAnd255BelongsToNothing()
    {
        Grey("1.png", 3, 0, 255, 3, 254, 3, 0);
        var image = Assert.Single(AnnotationFormats.Read(_folder.At(""), Options with { MaskLabels = MaskLabels.Index }));
        Assert.Equal((3, 2), image.Size);
        Assert.Equal(["3", "254"], image.Objects.Select(o => o.Label));
        Assert.Equal([false, false, true, false, true, false], image.Objects[0].Mask!.Read(3, 2));
        Assert.Equal([false, false, false, true, false, false], image.Objects[1].Mask!.Read(3, 2));
    }

    // From the development kit's own list of colours.
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 128, 0, 0)]
    [InlineData(2, 0, 128, 0)]
    [InlineData(4, 0, 0, 128)]
    [InlineData(8, 64, 0, 0)]
    [InlineData(12, 64, 0, 128)]
    [InlineData(15, 192, 128, 128)]
    [InlineData(20, 0, 64, 128)]
    [InlineData(255, 224, 224, 192)]
    public void TheColoursOfPascalVocAreThoseOfItsKit(int index, byte red, byte green, byte blue) =>
        Assert.Equal((red, green, blue), MaskColors.VocColor(index));

    [Fact]
    public void APaletteOfPascalVocIsReadByItsColours()
    {
        byte[] palette = [.. Enumerable.Range(0, 256).Select(MaskColors.VocColor).SelectMany(c => new[] { c.Red, c.Green, c.Blue })];
        Write("1.png", new Raster(2, 2, 1, [0, 12, 255, 8], new Palette(palette)));
        var image = Assert.Single(AnnotationFormats.Read(_folder.At("1.png"), Options with { MaskLabels = MaskLabels.Voc }));
        Assert.Equal(["cat", "dog"], image.Objects.Select(o => o.Label));
        Assert.Equal([false, true, false, false], image.Objects[1].Mask!.Read(2, 2));
    }

    [Fact]
    public void ColoursWithoutAMeaningAreRefused()
    {
        Write("1.png", new Raster(2, 1, 3, [0, 0, 0, 1, 2, 3]));
        Assert.EndsWith(
            "1.png' has the colour (1, 2, 3) at (1, 0), which is no class of Pascal VOC's colour map",
            Refusal(MaskLabels.Voc),
            StringComparison.Ordinal
        );
        Assert.EndsWith("(1, 0), which is no grey value, and so no class index", Refusal(MaskLabels.Index), StringComparison.Ordinal);
    }

    [Fact]
    public void IndicesOfOtherThanEightBitsAreRefused()
    {
        // One pixel, sixteen bits of grey, by zlib.
        _folder.Write(
            "1.png",
            Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABEAAAAABq7kcWAAAAC0lEQVR4nGNgZAAAAAUAAtFmM3gAAAAASUVORK5CYII=")
        );
        Assert.EndsWith(
            "1.png' has 16 bits a value; class indices are read from eight",
            Refusal(MaskLabels.Index),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WhatIsNoPictureIsRefused()
    {
        _folder.Write("1.png", "no");
        Assert.Contains("1.png' is no mask that is read: ", Refusal(MaskLabels.Index), StringComparison.Ordinal);
        var mask = AnnotationFormats.Read(_folder.At(""), Options)[0].Objects[0].Mask!;
        Assert.Contains(
            "1.png' is no mask that is read: ",
            Assert.Throws<FormatException>(() => mask.Read(1, 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void AFolderOfTwoFormatsIsRefusedUnlessOneIsAskedFor()
    {
        Grey("d/cat/1.png", 1, 255);
        _folder.Write("d/1.xml", "<annotation/>");
        var said = Assert.Throws<FormatException>(() => AnnotationFormats.Read(_folder.At("d"), Options)).Message;
        Assert.EndsWith("is of several formats of annotations, voc and masks: say which", said, StringComparison.Ordinal);
        Assert.Equal("cat/1.png", AnnotationFormats.Read(_folder.At("d"), Options with { Format = "masks" })[0].Name);
    }

    [Fact]
    public void MasksNeedACodec() => Assert.Throws<ArgumentException>(() => AnnotationFormats.Read(Grey("a/1.png", 1, 0)));

    public void Dispose() => _folder.Dispose();

    private string Refusal(MaskLabels labels) =>
        Assert.Throws<FormatException>(() => AnnotationFormats.Read(_folder.At("1.png"), Options with { MaskLabels = labels })).Message;

    private string Grey(string name, int width, params byte[] values) => Write(name, new Raster(width, values.Length / width, 1, values));

    private string Write(string name, Raster raster) =>
        _folder.Write(name, PngEncoder.Encode(raster, TestContext.Current.CancellationToken));
}
