using System.Net;
using System.Net.Sockets;
using System.Text;
using Explain.Engine.Images;
using Explain.Testing;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Faults;

/// <summary>Clients that ask for a large answer and do not read it, on real sockets.</summary>
public sealed class SlowReaderTests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    public SlowReaderTests()
    {
        TinyModels.Write(_models.Path);
    }

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task TheConnectionOfWhoeverDoesNotReadEndsAndOthersAreAnswered()
    {
        await using var service = await ServiceProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Explain.Service.dll"),
            [$"--models={_models.Path}", "--Explain:DemoModel=false", "--Explain:Store=none", "--Explain:RequestTimeoutSeconds=2"]
        );
        var image = Noise(1600, 1400);
        var head = Encoding.ASCII.GetBytes(
            $"POST {ExplainRoute}?format=json&include=image HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                + $"Content-Length: {image.Length}\r\n\r\n"
        );
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(service.Address.Host, service.Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync((byte[])[.. head, .. image], TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => service.Lines.Any(l => l.Contains(ExplainRoute, StringComparison.Ordinal)), "the request is over");

        Assert.InRange(await ReceivedAsync(socket), 0, 4L * image.Length / 3);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    private static async Task<long> ReceivedAsync(Socket socket)
    {
        var (received, buffer) = (0L, new byte[1 << 16]);
        try
        {
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
                received += count;
        }
        catch (SocketException)
        {
            // Reset: there was more.
        }
        return received;
    }

    private static byte[] Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(5).NextBytes(pixels);
        return new VipsImageCodec().Encode(new RgbImage(width, height, pixels), ImageFormat.Png, TestContext.Current.CancellationToken);
    }
}
