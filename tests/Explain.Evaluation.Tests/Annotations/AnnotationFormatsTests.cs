using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Which reader reads what, and how pictures are found.</summary>
public sealed class AnnotationFormatsTests : IDisposable
{
    private const string Header = "path,label,x0,y0,x1,y1\n";

    private readonly AnnotationFolder _folder = new();

    [Fact]
    public void AFormatIsToldByTheNameOfTheFile() => Assert.Single(_folder.Read("B.CSV", Header + "a.png,b,0,0,1,1\n"));

    [Fact]
    public void AFormatThatIsAskedForNeedsNoName() =>
        Assert.Single(_folder.Read("boxes", Header + "a.png,b,0,0,1,1\n", new AnnotationOptions { Format = "CSV" }));

    [Theory]
    [InlineData("boxes", null, "'boxes' is of no format of annotations; allowed: ")]
    [InlineData("boxes", "csvs", "'csvs' is no format of annotations; did you mean 'csv'? allowed: ")]
    public void AllowedFormatsAreSaid(string name, string? format, string message)
    {
        var said = _folder.Refusal(name, Header, new AnnotationOptions { Format = format });
        Assert.StartsWith(message, said, StringComparison.Ordinal);
        Assert.All(AnnotationFormats.All, f => Assert.Contains($"{f.Name}: a ", said, StringComparison.Ordinal));
    }

    [Fact]
    public void AFolderIsNoTable()
    {
        Directory.CreateDirectory(_folder.At("f"));
        var refused = Assert.Throws<FormatException>(() =>
            AnnotationFormats.Read(_folder.At("f"), new AnnotationOptions { Format = "csv" })
        );
        Assert.EndsWith("is a folder, and csv is a file ending in .csv", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnnotationsThatAreNotThereAreRefused() =>
        Assert.EndsWith(
            "is not there; it is to hold the annotations",
            Assert.Throws<FormatException>(() => AnnotationFormats.Read(_folder.At("no.csv"))).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("p/a.png", "p/a.png")]
    [InlineData("./p\\a", "p/a.png")]
    [InlineData("p/a.jpg", "p/a.png")]
    public void PicturesAreFoundWithoutTheirExtensionOrWithAnother(string written, string name)
    {
        _folder.Write("pictures/p/a.png", "");
        _folder.Write("pictures/p/a.xml", "");
        var images = _folder.Read("b.csv", Header + $"{written},b,0,0,1,1\n", new AnnotationOptions { Pictures = _folder.At("pictures") });
        Assert.Equal(name, Assert.Single(images).Name);
    }

    [Fact]
    public void MissingPicturesAreListedOrLeftOut()
    {
        _folder.Write("pictures/0.png", "");
        var text = Header + string.Concat(Enumerable.Range(0, 8).Select(i => $"{i}.png,b,0,0,1,1\n"));
        var options = new AnnotationOptions { Pictures = _folder.At("pictures") };
        Assert.Equal(
            "'b.csv' speaks of 7 pictures that are not in 'pictures': '1.png', '2.png', '3.png', '4.png', '5.png', …",
            _folder.Refusal("b.csv", text, options)
        );
        Assert.Equal("0.png", Assert.Single(_folder.Read("b.csv", text, options with { LeaveOutMissing = true })).Name);
    }

    [Fact]
    public void APictureWhoseNameFitsTwoIsRefused()
    {
        _folder.Write("pictures/a.png", "");
        _folder.Write("pictures/a.jpg", "");
        var options = new AnnotationOptions { Pictures = _folder.At("pictures") };
        Assert.Equal("a.png", _folder.Read("b.csv", Header + "a.png,b,0,0,1,1\n", options)[0].Name);
        Assert.Contains(
            "line 2 names 'a', and 'pictures' has several pictures of that name",
            _folder.Refusal("b.csv", Header + "a,b,0,0,1,1\n", options),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void AFolderOfPicturesThatIsNoneIsRefused() =>
        Assert.Equal(
            "'none' is no folder; it is to hold the pictures",
            _folder.Refusal("b.csv", Header, new AnnotationOptions { Pictures = _folder.At("none") })
        );

    [Fact]
    public void BoxesAreCutToThePictureThatWasRead()
    {
        var image = _folder.Read("b.csv", Header + "a,b,2,3,90,80\n")[0];
        Assert.Equal(new PixelBox(2, 3, 10, 20), PictureFit.To(image, 10, 20).Objects[0].Box);
        Assert.Contains(
            "lies outside",
            Assert.Throws<FormatException>(() => PictureFit.To(image, 2, 20)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}
