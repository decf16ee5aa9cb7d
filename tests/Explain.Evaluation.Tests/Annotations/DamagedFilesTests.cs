using System.Text;
using Explain.Engine.Images;
using Explain.Evaluation.Annotations;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Whatever a file holds, it is read or refused.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private const int Draws = 400;

    private readonly AnnotationFolder _folder = new();

    [Theory]
    [InlineData("a.csv", "path,label,x0,y0,x1,y1,width,height\n\"a\",b,0,0,1,1,9,9\n")]
    [InlineData(
        "a.xml",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><annotation><filename>a</filename><size><width>9</width><height>8</height></size>"
            + "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>"
    )]
    [InlineData(
        "a.json",
        "{\"images\":[{\"id\":1,\"file_name\":\"a\",\"width\":4,\"height\":2}],\"categories\":[{\"id\":1,\"name\":\"c\"}],\"annotations\":"
            + "[{\"id\":1,\"image_id\":1,\"category_id\":1,\"segmentation\":{\"counts\":\"242\",\"size\":[2,4]},\"bbox\":[0,0,2,2]},"
            + "{\"id\":2,\"image_id\":1,\"category_id\":1,\"segmentation\":[[1,0,3,0,3,2]]}]}"
    )]
    public void ItIsReadOrRefused(string name, string text)
    {
        var (whole, refused) = (Encoding.UTF8.GetBytes(text), 0);
        foreach (var _ in Masks(name, whole)) { }
        for (var draw = 0; draw < Draws; draw++)
        {
            var random = new RandomStream(11, (ulong)draw);
            int Below(int count) => (int)(random.NextDouble() * count);
            var damaged = whole[..(Below(4) == 0 ? Below(whole.Length) : whole.Length)];
            for (var i = Below(4); i > 0 && damaged.Length > 0; i--)
                damaged[Below(damaged.Length)] = Below(2) == 0 ? (byte)Below(256) : whole[Below(whole.Length)];
            try
            {
                foreach (var _ in Masks(name, damaged)) { }
            }
            catch (FormatException e)
            {
                refused++;
                Assert.Contains(name, e.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(refused, Draws / 4, Draws);
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<bool[]> Masks(string name, byte[] content)
    {
        var options = new AnnotationOptions { Codec = ImageCodecs.Of(ImageLibrary.Vips) };
        return AnnotationFormats
            .Read(_folder.Write(name, content), options)
            .SelectMany(image => image.Objects)
            .Where(found => found.Mask is not null)
            .Select(found => found.Mask!.Read(4, 2));
    }
}
