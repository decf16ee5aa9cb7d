using System.Buffers.Binary;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Security;

/// <summary>
/// Small files that announce more pixels than are allowed are refused before any is decoded, wherever a request may hold an image.
/// </summary>
public sealed class BombTests(Service service) : IClassFixture<Service>
{
    public static TheoryData<string> Kinds => ["PNG", "BMP", "GIF", "TIFF", "WebP"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AHeaderIsEnoughToRefuse(string kind)
    {
        var file = Bomb(kind);
        Assert.InRange(file.Length, 1, 200_000);
        await (await service.Client.SendAsync(ExplainRoute, Raw(file))).ProblemAsync(422, "image-too-large");
        await (await service.Client.SendAsync("/api/v1/models/tiny/predict", Form(file))).ProblemAsync(422, "image-too-large");
    }

    [Theory]
    [InlineData("""{"output":"logits","similarTo":{"image":{"b64":"BOMB"}}}""")]
    [InlineData("""{"output":"logits","index":[0],"region":{"mask":"BOMB"}}""")]
    public async Task ImagesInTargetsAreLimitedToo(string target)
    {
        var parameters = Json(
            TestImages.Png,
            $$"""{"target":{{target.Replace("BOMB", Convert.ToBase64String(TestImages.Bomb), StringComparison.Ordinal)}}}"""
        );
        await (await service.Client.SendAsync(ExplainRoute, parameters)).ProblemAsync(422, "image-too-large");
    }

    private static byte[] Bomb(string kind)
    {
        switch (kind)
        {
            case "PNG":
                return TestImages.Bomb;
            case "BMP":
                var bmp = new byte[200];
                "BM"u8.CopyTo(bmp);
                Whole(bmp, (2, bmp.Length), (10, 54), (14, 40), (18, 30_000), (22, 30_000), (26, 1 | (24 << 16)));
                return bmp;
            case "GIF":
                return
                [
                    .. "GIF89a"u8,
                    0xFF,
                    0xFF,
                    0xFF,
                    0xFF,
                    0x80,
                    0,
                    0,
                    0,
                    0,
                    0,
                    255,
                    255,
                    255,
                    0x2C,
                    0,
                    0,
                    0,
                    0,
                    0xFF,
                    0xFF,
                    0xFF,
                    0xFF,
                    0,
                    2,
                    2,
                    0x4C,
                    1,
                    0,
                    0x3B,
                ];
            case "TIFF":
                return Tiff(
                    (256, 30_000),
                    (257, 30_000),
                    (258, 8),
                    (259, 1),
                    (262, 1),
                    (273, 8),
                    (277, 1),
                    (278, 30_000),
                    (279, 900_000_000)
                );
            case "WebP":
                var webp = new byte[64];
                "RIFF"u8.CopyTo(webp);
                "WEBPVP8 "u8.CopyTo(webp.AsSpan(8));
                Whole(webp, (4, 56), (16, 44));
                // Key frame, start code, 16383 x 16383.
                ((byte[])[0x10, 2, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]).CopyTo(webp, 20);
                return webp;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static void Whole(byte[] file, params (int At, int Value)[] fields)
    {
        foreach (var (at, value) in fields)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }

    private static byte[] Tiff(params (short Tag, int Value)[] tags)
    {
        var file = new byte[8 + 2 + 12 * tags.Length + 4];
        "II*\0"u8.CopyTo(file);
        Whole(file, (4, 8), (8, tags.Length));
        for (var i = 0; i < tags.Length; i++)
            Whole(file, (10 + 12 * i, tags[i].Tag + (4 << 16)), (14 + 12 * i, 1), (18 + 12 * i, tags[i].Value));
        return file;
    }
}
