using System.Net.Http.Headers;

namespace Explain.Page.Tests;

/// <summary>The map alone, laid over one's own picture by a page.</summary>
public sealed class LayerTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    // Chromium rounds colour times opacity, the picture's share, and their sum; the opacity itself has 256 steps.
    private const int Rounding = 2;

    private static readonly byte[] TurnedRight =
    [
        .. (byte[])[0xFF, 0xE1, 0, 34],
        .. "Exif\0\0II*\0"u8,
        .. (byte[])[8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
    ];

    /// <summary>The three pictures of a page drawn by the browser: how far any pixel is from what the formula says.</summary>
    private const string Compare = """
        async (shot) => {
            const pixels = async (url) => {
                const image = new Image();
                image.src = url;
                await image.decode();
                const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
                const context = canvas.getContext('2d');
                context.drawImage(image, 0, 0);
                return context.getImageData(0, 0, canvas.width, canvas.height);
            };
            const [shown, picture, colours, values] = await Promise.all(
                [`data:image/png;base64,${shot}`, 'picture', 'colours.png', 'values.png'].map(pixels));
            const worst = (shift) => {
                let most = 0;
                for (let y = 0; y < picture.height; y++)
                    for (let x = 0; x < picture.width - shift; x++) {
                        const at = 4 * (y * picture.width + x);
                        const share = values.data[at] / 255;
                        for (let c = 0; c < 3; c++) {
                            const expected = picture.data[at + c] * (1 - share) + colours.data[at + c] * share;
                            most = Math.max(most, Math.abs(shown.data[at + c + 4 * shift] - expected));
                        }
                    }
                return most;
            };
            const opaque = values.data.filter((v, i) => i % 4 === 0 && v > 200).length;
            return { width: shown.width, height: shown.height, differs: worst(0), shifted: worst(2), opaque };
        }
        """;

    [Theory]
    [InlineData("png", false)]
    [InlineData("jpeg", false)]
    [InlineData("jpeg", true)]
    public async Task ALayerOverOnesOwnPictureIsTheMapMixedInByItsValues(string format, bool turned)
    {
        await using var site = await OtherSite.StartAsync();
        var picture = await AskAsync("alpha=0", format, await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
        if (turned)
            picture = [.. picture[..2], .. TurnedRight, .. picture[2..]];
        site.Write("/picture", $"image/{format}", picture);
        site.Write("/layer.png", "image/png", await AskAsync("render=layer&alpha=1", "png", picture));
        site.Write("/colours.png", "image/png", await AskAsync("render=overlay&alpha=1", "png", picture));
        site.Write("/values.png", "image/png", await AskAsync("render=heatmap&colormap=gray", "png", picture));
        site.Write(
            """
            <!doctype html><title>page</title><style>
            body { margin: 0 }
            div { position: relative; width: max-content }
            img { display: block }
            img + img { position: absolute; inset: 0 }
            </style><div><img src=picture><img src=layer.png></div>
            """
        );
        var page = await OpenAsync(site.Address);
        var shot = await page.Locator("div").ScreenshotAsync();
        var found = await page.EvaluateAsync<Found>(Compare, Convert.ToBase64String(shot));
        Assert.Equal(turned ? (240, 320) : (320, 240), (found.Width, found.Height));
        Assert.True(found.Opaque > 100, $"only {found.Opaque} pixels are nearly opaque");
        Assert.True(found.Differs <= Rounding, $"a pixel is {found.Differs} away from what it should be");
        Assert.True(found.Shifted > 10 * Rounding, $"two pixels aside it differs by {found.Shifted} only");
    }

    private async Task<byte[]> AskAsync(string query, string format, byte[] picture)
    {
        using var body = new ByteArrayContent(picture);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("application/octet-stream");
        var address = $"/api/v1/models/demo/explain?target=drop&format={format}&{query}";
        using var answer = await (await demo.Service).Client.PostAsync(address, body, TestContext.Current.CancellationToken);
        var content = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(content));
        return content;
    }

    /// <summary>What the page found.</summary>
    private sealed class Found
    {
        public int Width { get; set; }

        public int Height { get; set; }

        public double Differs { get; set; }

        public double Shifted { get; set; }

        public int Opaque { get; set; }
    }
}
