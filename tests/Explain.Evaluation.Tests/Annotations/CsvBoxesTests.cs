using Explain.Evaluation.Annotations;
using Explain.Testing;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Tables of boxes.</summary>
public sealed class CsvBoxesTests : IDisposable
{
    private readonly AnnotationFolder _folder = new();

    [Theory]
    [InlineData("path,label,x0,y0,x1,y1", "1,2,5,8")]
    [InlineData("file,class,xmin,ymin,xmax,ymax", "1,2,4,7")]
    [InlineData("filename,label,x,y,width,height", "1,2,4,6")]
    public void ABoxIsReadInEachOfItsForms(string header, string box)
    {
        var image = Assert.Single(_folder.Read("b.csv", $"{header}\na/b.png,cat,{box}\n"));
        Assert.Equal("a/b.png", image.Name);
        Assert.Null(image.Size);
        Assert.Equal(new AnnotatedObject("cat", new PixelBox(1, 2, 5, 8)), Assert.Single(image.Objects));
    }

    [Fact]
    public void RowsOfAPictureAreItsObjectsAndThoseThatRepeatOneAreTheSame()
    {
        var images = _folder.Read(
            "b.csv",
            "path,label,x0,y0,x1,y1,width,height,difficult\n"
                + "b.png,cat,0,0,1,1,10,20,0\na.png,\"dog, hound\",0.5,0,3,4,5,5,\nb.png,dog,-1,2,30,4,10,20,1\nb.png,cat,0,0,1,1,10,20,0\n"
        );
        Assert.Equal(["b.png", "a.png"], images.Select(i => i.Name));
        Assert.Equal([(10, 20), (5, 5)], images.Select(i => i.Size!.Value));
        Assert.Equal([new("cat", new PixelBox(0, 0, 1, 1)), new("dog", new PixelBox(0, 2, 10, 4)) { Difficult = true }], images[0].Objects);
        Assert.Equal("dog, hound", images[1].Objects[0].Label);
    }

    [Theory]
    [InlineData("path,label\na,b\n", "line 1 has no columns of a box, which are x0, y0, x1, y1; or xmin")]
    [InlineData("path,lable,x0,y0,x1,y1\n", "line 1 has no column 'label' or 'class'; choose one of its columns: 'path', 'lable', 'x0'")]
    [InlineData("path,label,label,x0,y0,x1,y1\n", "line 1 has two columns 'label'")]
    [InlineData("path,label,x0,y0,x1,y1,xmin,ymin,xmax,ymax\n", "line 1 has boxes in several forms")]
    [InlineData("path,label,x0,y0,x1,y1,width\n", "line 1 has a column of the picture's width or height alone")]
    [InlineData("path,label,x0,y0,x1,y1\na,b,0,0,1,NaN\n", "line 2 has 'NaN' in column y1, which is no number")]
    [InlineData("path,label,x0,y0,x1,y1\na,b,0,0,1,1e999\n", "line 2 has '1e999' in column y1, which is no number")]
    [InlineData("path,label,x0,y0,x1,y1\n\na,b,0,0,,1\n", "line 3 has '' in column x1, which is empty")]
    [InlineData("path,label,x0,y0,x1,y1\n ,b,0,0,1,1\n", "line 2 has ' ' in column path, which is empty")]
    [InlineData("path,label,x0,y0,x1,y1\na,b,0,0,1\n", "line 2 is no line of CSV")]
    [InlineData("path,label,x0,y0,x1,y1\na,b,2,0,2,1\n", "line 2 has the box from (2, 0) to (2, 1), which has no pixel")]
    [InlineData("path,label,x0,y0,x1,y1\na,b,-2,0,-1,1\n", "line 2 has the box from (-2, 0) to (-1, 1), which lies outside any picture")]
    [InlineData("path,label,x0,y0,x1,y1,width,height\na,b,9,0,12,1,9,9\n", "which lies outside its picture of 9 x 9 pixels")]
    [InlineData("path,label,x0,y0,x1,y1,width,height\na,b,9,0,12,1,9.5,9\n", "line 2 has '9.5' in column width, which is no extent")]
    [InlineData(
        "path,label,x0,y0,x1,y1,width,height\na,b,0,0,1,1,9,9\na,b,0,0,1,2,9,8\n",
        "line 3 says that 'a' has 9 x 8 pixels, and 'b.csv' line 2 9 x 9"
    )]
    [InlineData(
        "path,label,x0,y0,x1,y1,difficult\na,b,0,0,1,1,maybe\n",
        "line 2 has 'maybe' in column difficult, which is neither 0 nor 1"
    )]
    [InlineData("path,label,x0,y0,x1,y1\n../a,b,0,0,1,1\n", "line 2 has '../a' for a picture")]
    [InlineData("path,label,x0,y0,x1,y1\n/a,b,0,0,1,1\n", "line 2 has '/a' for a picture")]
    [InlineData("path,label,x0,y0,x1,y1\n", "'b.csv' speaks of no pictures")]
    [InlineData("", "line 1 has no columns of a box")]
    public void WhatIsWrongIsSaidWithItsLine(string text, string message) =>
        Assert.Contains(message, _folder.Refusal("b.csv", text), StringComparison.Ordinal);

    [Fact]
    public void BoxesWithoutAPixelAreLeftOutWhereThatIsAskedFor() =>
        Assert.Empty(
            Assert
                .Single(_folder.Read("b.csv", "path,label,x0,y0,x1,y1\na,b,2,0,2,1\n", new AnnotationOptions { LeaveOutEmpty = true }))
                .Objects
        );

    [Theory]
    [InlineData("labels=a", "'labels' is nothing that a column says; did you mean 'label'? allowed: path, label")]
    [InlineData("label", "'label' chooses no column")]
    [InlineData("label=", "'label=' chooses no column")]
    [InlineData("label=a,label=b", "two columns are chosen for label")]
    public void AChoiceThatIsNoneIsRefused(string choice, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => CsvColumns.Parse(choice)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("label=nothing", "line 1 has no column 'nothing'; its columns are 'path', 'label'")]
    [InlineData("x0=label", "line 1 has its box's columns chosen in part")]
    public void AChoiceThatDoesNotFitTheFileIsRefused(string choice, string message) =>
        Assert.Contains(
            message,
            _folder.Refusal("b.csv", "path,label,x0,y0,x1,y1\n", new AnnotationOptions { Columns = CsvColumns.Parse(choice) }),
            StringComparison.Ordinal
        );

    [Fact]
    public void BoxesOfPicturesOfAnotherSizeAreReadByChoosingTheirColumns()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var choice = CsvColumns.Parse("label=label1000, x0=bx0_227, y0=by0_227, x1=bx1_227, y1=by1_227");
        var images = AnnotationFormats.Read(
            SharedData.Path("images", "imagenet-boxes", "boxes.csv"),
            new AnnotationOptions { Columns = choice, Pictures = SharedData.Path("images", "imagenet-boxes", "images") }
        );
        Assert.Equal(600, images.Count);
        Assert.Equal(834, images.Sum(i => i.Objects.Count));
        Assert.All(images, image => Assert.All(PictureFit.To(image, 227, 227).Objects, o => Assert.InRange(o.Box!.Value.Right, 1, 227)));
        Assert.Equal(new AnnotatedObject("133", new PixelBox(29.96, 23.04, 195.67, 182.37)), images[0].Objects[0]);
    }

    [Fact]
    public void OriginalBoxesOfTheSameTableHaveLastPixelsAndThePicturesSize()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var choice = CsvColumns.Parse("xmin=x0,ymin=y0,xmax=x1,ymax=y1,picture_width=orig_w,picture_height=orig_h");
        var images = AnnotationFormats.Read(
            SharedData.Path("images", "imagenet-boxes", "boxes.csv"),
            new AnnotationOptions { Columns = choice }
        );
        Assert.Equal((500, 473), images[0].Size);
        Assert.Equal(new AnnotatedObject("bittern", new PixelBox(66, 48, 431, 380)), images[0].Objects[0]);
        Assert.Contains(
            "its boxes count in pixels of another picture",
            Assert.Throws<FormatException>(() => PictureFit.To(images[0], 227, 227)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}
