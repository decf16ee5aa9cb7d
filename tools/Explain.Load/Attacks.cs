using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Explain.Load;

/// <summary>What a stranger may try, each bounded: a few requests that ask for much, send slowly, or read slowly.</summary>
internal sealed class Attacks(ServiceProcess service, string model, byte[] image)
{
    private readonly List<string> _layers = [];

    /// <summary>All of them, by name. What each returns: whether its callers left before they were answered.</summary>
    public IReadOnlyList<(string Name, Func<AttackOutcome, Task<bool>> Go)> All =>
        [
            ("`compare`, `target=top:100`, one layer 300 times, 10 callers who leave", o =>
                LeaveAsync(o, 10, Compare(Enumerable.Repeat(_layers[0], 300), "gradcam", 100))
            ),
            ("`compare`, `target=top:100`, every layer, 10 callers who leave", o => LeaveAsync(o, 10, Compare(_layers, "gradcam", 100))),
            ("`methods=all&target=top:100`, 3 times", o =>
                SendAsync(o, 1, 3, $"compare?methods=all&samples=50&target=top:100&format=json")
            ),
            ("30 layers × 3 methods × `top:20`, 5 times", o =>
                SendAsync(o, 1, 5, Compare(_layers.TakeLast(30), "gradcam,layercam,hirescam", 20))
            ),
            ("8 callers with `rise&samples=100000`", o => SendAsync(o, 8, 1, "explain?method=rise&samples=100000&format=json")),
            ("V2: 63 MB of zeros as `data`, 7 times", o => PostAsync(o, 7, V2("[1]", Zeros(63)))),
            ("V2: 63 MB of zeros as `shape`, 7 times", o => PostAsync(o, 7, V2(Zeros(63), "[0]"))),
            ("V2: 63 MB of empty lists as `data`, 7 times", o => PostAsync(o, 7, V2("[1]", Empty(63)))),
            ("native: 26 MB of zeros as `inputs`, 7 times", o => PostAsync(o, 7, Native(Zeros(26)), $"/api/v1/models/{model}/explain")),
            ("24 connections that announce 60 MB and send a byte", AnnounceAsync),
            ("200 slow readers of large answers", ReadSlowlyAsync),
        ];

    /// <summary>Asks which layers there are.</summary>
    public async Task PrepareAsync()
    {
        var document = JsonNode.Parse(await service.Client.GetStringAsync($"/api/v1/models/{model}"))!;
        _layers.AddRange(document["layers"]!.AsArray().Select(l => l!["name"]!.GetValue<string>()).Where(n => !n.Contains(',')));
    }

    private static string Compare(IEnumerable<string> layers, string methods, int top) =>
        $"compare?methods={methods}&target=top:{top}&format=json&layers={Uri.EscapeDataString(string.Join(',', layers))}";

    private async Task<bool> LeaveAsync(AttackOutcome outcome, int callers, string path)
    {
        for (var n = 0; n < callers; n++)
        {
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
            await EndAsync(outcome, async () => $"{(await Workload.SendAsync(service.Client, Ask(path), leaving.Token)).Status}");
        }
        return true;
    }

    private async Task<bool> SendAsync(AttackOutcome outcome, int callers, int times, string path)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    for (var n = 0; n < times; n++)
                    {
                        await EndAsync(outcome, async () =>
                            $"{(await Workload.SendAsync(service.Client, Ask(path), CancellationToken.None)).Status}"
                        );
                    }
                })
        );
        return false;
    }

    private async Task<bool> PostAsync(AttackOutcome outcome, int times, byte[] body, string? path = null)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, times)
                .Select(_ => EndAsync(outcome, async () =>
                    {
                        using var content = new ByteArrayContent(body);
                        content.Headers.ContentType = new("application/json");
                        using var response = await service.Client.PostAsync(path ?? $"/v2/models/{model}/explain", content);
                        return $"{(int)response.StatusCode}";
                    }))
        );
        return false;
    }

    private async Task<bool> AnnounceAsync(AttackOutcome outcome)
    {
        var sockets = await Task.WhenAll(
            Enumerable
                .Range(0, 24)
                .Select(async _ =>
                {
                    var socket = await ConnectAsync();
                    await socket.SendAsync(
                        Encoding.ASCII.GetBytes(
                            $"POST /v2/models/{model}/explain HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 60000000\r\n\r\n{"
                        )
                    );
                    return socket;
                })
        );
        await SendAsync(outcome, 4, 5, "explain?size=2000x2000&format=json&include=image");
        foreach (var socket in sockets)
            socket.Dispose();
        return true;
    }

    private async Task<bool> ReadSlowlyAsync(AttackOutcome outcome)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST /api/v1/models/{model}/explain?method=saliency&target=top:60&format=json HTTP/1.1\r\nHost: x\r\n"
                + $"Connection: close\r\nContent-Type: application/octet-stream\r\nContent-Length: {image.Length}\r\n\r\n"
        );
        var sockets = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async _ =>
                {
                    var socket = await ConnectAsync();
                    await socket.SendAsync((byte[])[.. head, .. image]);
                    return socket;
                })
        );
        var open = sockets.ToList();
        var bytes = new byte[64];
        for (var second = 0; second < 60 && open.Count > 0; second++)
        {
            foreach (var socket in open.ToArray())
            {
                if (socket.Available > 0 && await socket.ReceiveAsync(bytes) > 0 && second > 0)
                    continue;
                if (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
                {
                    open.Remove(socket);
                    outcome.End("closed");
                }
            }
            await Task.Delay(1000);
        }
        if (open.Count > 0)
            outcome.Ends["still open after 60 s"] = open.Count;
        foreach (var socket in sockets)
            socket.Dispose();
        return true;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(service.Address.Host, service.Address.Port);
        return socket;
    }

    private static async Task EndAsync(AttackOutcome outcome, Func<Task<string>> send)
    {
        try
        {
            outcome.End(await send());
        }
        catch (OperationCanceledException)
        {
            outcome.End("left");
        }
        catch (HttpRequestException e)
        {
            outcome.End(e.HttpRequestError.ToString());
        }
    }

    private Ask Ask(string path) => new($"/api/v1/models/{model}/{path}", image);

    private static byte[] V2(string shape, string data) =>
        Encoding.ASCII.GetBytes($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":{{shape}},"data":{{data}}}]}""");

    private byte[] Native(string zeros) =>
        Encoding.ASCII.GetBytes(
            $$$"""{"image":{"b64":"{{{Convert.ToBase64String(image)}}}"},"inputs":{"x":{"shape":[1],"data":{{{zeros}}} } } }"""
        );

    private static string Zeros(int megabytes) => new StringBuilder("[0").Insert(2, ",0", megabytes * 500_000 - 2).Append(']').ToString();

    private static string Empty(int megabytes) => new StringBuilder("[[]").Insert(3, ",[]", megabytes * 333_000 - 2).Append(']').ToString();
}
