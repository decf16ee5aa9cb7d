using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Explain.Testing;

namespace Explain.Service.Tests;

/// <summary>The program as it is started, on real sockets.</summary>
public sealed partial class ProcessTests
{
    [Fact]
    public async Task BadSettingsStopTheStartWithOneLineEach()
    {
        using var service = Start(
            "--Explain:Device=tpu",
            "--Explain:MaxImageBytes=lots",
            "--Explain:ModelDirectory=x",
            "--models=/no/such/folder"
        );
        var errors = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, service.ExitCode);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.Equal("Explain:Device = 'tpu' is not allowed; allowed: auto, cpu, cuda", lines[0]);
        Assert.StartsWith(
            "Explain:MaxImageBytes = 'lots' is not allowed; allowed: a whole number from ",
            lines[1],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Explain:ModelDirectory = 'x' is no setting; did you mean 'ModelsDirectory'?",
            lines[2],
            StringComparison.Ordinal
        );
        Assert.Equal("Explain:ModelsDirectory = '/no/such/folder' is not allowed; allowed: an existing directory", lines[3]);
    }

    [Fact]
    public async Task CudaThatCannotBeHadStopsTheStartWithOneLine()
    {
        using var service = Start("--Explain:Device=cuda");
        var errors = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, service.ExitCode);
        Assert.Equal(
            "Explain:Device = 'cuda' is not allowed; allowed: auto or cpu, as CUDA cannot be used here: this build has none; it takes "
                + "-p:OnnxRuntimeFlavor=Gpu\n",
            errors
        );
    }

    [Theory]
    [InlineData("http://127.0.0.1:{taken}")]
    [InlineData("nonsense")]
    [InlineData("http://localhost:99999")]
    [InlineData("ftp://localhost:8080")]
    [InlineData("https://localhost:{taken}")]
    public async Task AnAddressThatCannotBeListenedOnStopsTheStartWithOneLine(string form)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = form.Replace("{taken}", $"{((IPEndPoint)other.LocalEndpoint).Port}", StringComparison.Ordinal);
        using var service = Start($"--urls={address}");
        var output = service.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, service.ExitCode);
        Assert.StartsWith(
            $"urls = '{address}' is not allowed; allowed: ",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatFollowsARefusedRequestLeavesNoTraceInTheLog()
    {
        var port = Ports.Free();
        using var service = Start($"--urls=http://127.0.0.1:{port}");
        try
        {
            await FirstMatchAsync(service, CurlLine());
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            await client
                .GetStream()
                .WriteAsync(
                    "POST /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: a\0b\r\n\r\n"u8.ToArray(),
                    TestContext.Current.CancellationToken
                );
            // The server closes the connection when it has looked at all of it.
            using var answer = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 404", await answer.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await FirstMatchAsync(service, new Regex("POST /nothing 404 "));
            using var other = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await other.SendAsync("/something", null, method: HttpMethod.Get);
            Assert.Contains(
                "GET /something 404 ",
                await service.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
        finally
        {
            service.Kill();
        }
    }

    [Fact]
    public async Task TooFewOpenFilesStopTheStartWithOneLine()
    {
        using var service = Limited(300);
        var errors = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, service.ExitCode);
        Assert.StartsWith(
            "the limit of open files is 300; the service needs 480 and one for each further connection",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ConnectionsThatSayNothingLeaveTheProcessAlive()
    {
        var port = Ports.Free();
        using var service = Limited(512, $"--urls=http://127.0.0.1:{port}");
        var silent = new List<TcpClient>();
        try
        {
            await FirstMatchAsync(service, CurlLine());
            for (var n = 0; n < 300; n++)
            {
                var client = new TcpClient();
                silent.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync("GET /healthz/live HTTP/1.1\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            }
            foreach (var client in silent)
                client.Dispose();
            using var caller = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Wait.UntilAsync(
                async () =>
                {
                    try
                    {
                        return (await caller.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                "the service answers again"
            );
            Assert.False(service.HasExited);
        }
        finally
        {
            service.Kill();
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task AnUnknownOptionStopsTheStart()
    {
        using var service = Start("--model", "/models");
        var errors = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, service.ExitCode);
        Assert.StartsWith("'--model' is no option; did you mean 'models'?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePrintedCommandWorksAsItIsPasted()
    {
        var port = Ports.Free();
        using var service = Start($"--urls=http://127.0.0.1:{port}");
        try
        {
            var command = await FirstMatchAsync(service, CurlLine());
            Assert.Contains($"http://127.0.0.1:{port}/api/v1/models/demo/explain", command, StringComparison.Ordinal);
            var folder = Directory.CreateTempSubdirectory("explain-curl-").FullName;
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = folder })!;
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, shell.ExitCode);
            await FirstMatchAsync(
                service,
                new Regex(
                    @"INF\] POST /api/v1/models/demo/explain 200 [0-9.]+ ms [0-9a-f]{32} .*"
                        + "Method=gradcam Target=[0-9]+ .*trace=[0-9a-f]{32}$"
                )
            );
            TestImages.Decode(await File.ReadAllBytesAsync(Path.Combine(folder, "heat.png"), TestContext.Current.CancellationToken));
            Directory.Delete(folder, recursive: true);
        }
        finally
        {
            service.Kill();
        }
    }

    [Fact]
    public async Task ABodyOverTheLimitIsRefusedOnARealSocketToo()
    {
        var port = Ports.Free();
        using var service = Start($"--urls=http://127.0.0.1:{port}", "--Explain:MaxImageBytes=100000");
        try
        {
            await FirstMatchAsync(service, CurlLine());
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await (await client.SendAsync("/api/v1/models/demo/explain", Requests.Raw(new byte[200_000]))).ProblemAsync(
                413,
                "payload-too-large"
            );
            using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/v1/models/demo/explain")
            {
                Content = Requests.Raw(new byte[200_000]),
            };
            chunked.Headers.TransferEncodingChunked = true;
            await (await client.SendAsync(chunked, TestContext.Current.CancellationToken)).ProblemAsync(413, "payload-too-large");
            // Nothing but the line of the request: no caller may fill the log.
            await FirstMatchAsync(service, new Regex(" 413 "));
            Assert.Matches(" 413 ", await service.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await client.SendAsync("/nothing%0Aa%20faked%20line", null, method: HttpMethod.Get);
            Assert.Matches(
                @"INF\] GET /nothing%0Aa%20faked%20line 404 ",
                await service.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            );
            Assert.False((await client.SendAsync("/healthz/live", null, method: HttpMethod.Get)).Headers.Contains("Server"));
        }
        finally
        {
            service.Kill();
        }
    }

    private static Process Start(params string[] args) => Start("dotnet", [typeof(Program).Assembly.Location, .. args]);

    // The shell lowers its own limit, and becomes the service.
    private static Process Limited(int files, params string[] args) =>
        Start("sh", ["-c", $"ulimit -n {files}; exec dotnet \"$@\"", "sh", typeof(Program).Assembly.Location, .. args]);

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["Explain__Store"] = "none";
        return Process.Start(start)!;
    }

    private static async Task<string> FirstMatchAsync(Process process, Regex line)
    {
        var seen = new StringBuilder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } text)
            {
                if (line.IsMatch(text))
                    return text.Trim();
                seen.AppendLine(text);
            }
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"no line matches {line}: {seen}");
        }
        throw new InvalidOperationException(
            $"the program ended: {seen}{await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}"
        );
    }

    [GeneratedRegex("^ *curl ")]
    private static partial Regex CurlLine();
}
