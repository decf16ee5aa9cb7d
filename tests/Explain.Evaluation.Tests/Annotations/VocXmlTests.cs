using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>XML of Pascal VOC and ILSVRC.</summary>
public sealed class VocXmlTests : IDisposable
{
    private const string Dog =
        "<object><name>dog</name><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object>";

    private readonly AnnotationFolder _folder = new();

    [Fact]
    public void PascalVocCountsPixelsFromOne()
    {
        var image = Assert.Single(
            _folder.Read(
                "a.xml",
                """
                <annotation>
                  <folder>VOC2007</folder><filename>000001.jpg</filename>
                  <source><database>The VOC2007 Database</database></source>
                  <size><width>353</width><height>500</height><depth>3</depth></size>
                  <object>
                    <name>dog</name><difficult>1</difficult>
                    <bndbox><xmin>1</xmin><ymin>240.5</ymin><xmax>353</xmax><ymax>371</ymax></bndbox>
                    <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
                  </object>
                  <object><name>person</name><bndbox><ymin>2</ymin><xmin>8</xmin><ymax>498</ymax><xmax>354</xmax></bndbox></object>
                </annotation>
                """
            )
        );
        Assert.Equal("000001.jpg", image.Name);
        Assert.Equal((353, 500), image.Size);
        Assert.Equal(
            [
                new AnnotatedObject("dog", new PixelBox(0, 239.5, 353, 371)) { Difficult = true },
                new AnnotatedObject("person", new PixelBox(7, 1, 353, 498)),
            ],
            image.Objects
        );
    }

    [Theory]
    [InlineData("ILSVRC_2012", 3, 4, 11, 21)]
    [InlineData("ImageNet database", 3, 4, 11, 21)]
    [InlineData("Unknown", 2, 3, 10, 20)]
    public void ImageNetCountsPixelsFromZero(string database, double left, double top, double right, double bottom) =>
        Assert.Equal(
            new PixelBox(left, top, right, bottom),
            _folder.Read("a.xml", $"<annotation><source><database>{database}</database></source>{Dog}</annotation>")[0].Objects[0].Box
        );

    [Fact]
    public void AFolderIsReadWithItsFoldersAndPicturesAreFoundThereOrAbove()
    {
        _folder.Write("p/n01/a_1.JPEG", "");
        _folder.Write("p/b.png", "");
        _folder.Write("x/n01/a_1.xml", $"<annotation><filename>a_1</filename>{Dog}</annotation>");
        _folder.Write(
            "x/n02/b.xml",
            $"<annotation><filename>%s</filename><size><width>0</width><height>0</height></size>{Dog}</annotation>"
        );
        var images = AnnotationFormats.Read(_folder.At("x"), new AnnotationOptions { Pictures = _folder.At("p") });
        Assert.Equal(["n01/a_1.JPEG", "b.png"], images.Select(i => i.Name));
        Assert.Null(images[1].Size);
        Assert.Equal(["n01/a_1", "n02/b"], AnnotationFormats.Read(_folder.At("x")).Select(i => i.Name));
    }

    [Fact]
    public void TwoFilesOfOnePictureAreRefused()
    {
        _folder.Write("x/a.xml", "<annotation><filename>p.png</filename></annotation>");
        _folder.Write("x/b.xml", "<annotation>\n<filename>p.png</filename></annotation>");
        var said = Assert.Throws<FormatException>(() => AnnotationFormats.Read(_folder.At("x"))).Message;
        Assert.Contains("b.xml' line 1 repeats '", said, StringComparison.Ordinal);
        Assert.EndsWith("a.xml' line 1: 'p.png'", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a/>", "line 1 is no annotation: it begins with <a>")]
    [InlineData("<annotation>\n<object/></annotation>", "line 2 has a <object> without <name>")]
    [InlineData("<annotation><object><name> </name></object></annotation>", "line 1 has an empty <name>")]
    [InlineData("<annotation><object><name>a</name></object></annotation>", "has a <object> without <bndbox>")]
    [InlineData("<annotation><object><name>a</name>\n<name>b</name></object></annotation>", "line 2 has a second <name> in a <object>")]
    [InlineData("<annotation><object><name>a</name><bndbox><xmin>NaN</xmin></bndbox></object></annotation>", "has 'NaN' in <xmin>")]
    [InlineData("<annotation><size><width>-1</width><height>2</height></size></annotation>", "says that the picture has -1 x 2 pixels")]
    [InlineData("<annotation>\n<size>", "line 2 is no XML: ")]
    [InlineData("", "'a.xml' is no XML: ")]
    [InlineData(
        "<!DOCTYPE annotation [<!ENTITY a \"b\">]>\n<annotation>&a;</annotation>",
        "'a.xml' has a document type (DTD), which is not read"
    )]
    [InlineData("<!DOCTYPE annotation SYSTEM \"file:///etc/passwd\"><annotation/>", "'a.xml' has a document type (DTD), which is not read")]
    public void WhatIsWrongIsSaidWithItsLine(string text, string message) =>
        Assert.Contains(message, _folder.Refusal("a.xml", text), StringComparison.Ordinal);

    [Fact]
    public void ABoxOutsideItsPictureIsRefused()
    {
        var text = $"<annotation><size><width>2</width><height>30</height></size>\n{Dog}</annotation>";
        Assert.Contains(
            "line 2 has the box from (2, 3) to (10, 20), which lies outside its picture of 2 x 30 pixels",
            _folder.Refusal("a.xml", text),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}
