using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Explain.Clients.Tests;

/// <summary>
/// A TypeScript client: types generated from the document by <c>openapi-typescript</c>, requests by <c>openapi-fetch</c>.
/// </summary>
public sealed class TypeScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("explain-client-").FullName;

    [Fact]
    public async Task AGeneratedClientCompilesAndExplainsAnImage()
    {
        await GenerateAsync("client.mts");
        await RunAsync("typescript/bin/tsc", "-p", _folder);

        await using var service = await Served.StartAsync();
        var image = Path.Combine(_folder, "heat.png");
        var found = JsonDocument
            .Parse(
                await NodeProgram.RunAsync(
                    _folder,
                    Path.Combine(_folder, "client.mjs"),
                    service.Address.OriginalString,
                    Served.Image,
                    image
                )
            )
            .RootElement;

        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Served.Image, TestContext.Current.CancellationToken));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var plain = await service.Client.PostAsync(
            "/api/v1/models/demo/explain?format=json",
            body,
            TestContext.Current.CancellationToken
        );
        var expected = JsonDocument.Parse(await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        var best = expected.GetProperty("predictions")[0].GetProperty("index").GetInt32();
        Assert.Equal(["demo"], found.GetProperty("models").EnumerateArray().Select(m => m.GetString()!));
        Assert.Equal((best, best), (found.GetProperty("predicted").GetInt32(), found.GetProperty("explained").GetInt32()));
        Assert.Equal(
            expected.GetProperty("explanations")[0].GetProperty("map").GetProperty("data").EnumerateArray().Select(v => v.GetSingle()),
            found.GetProperty("map").EnumerateArray().Select(v => v.GetSingle())
        );
        Assert.Equal("PNG", Encoding.ASCII.GetString(await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken), 1, 3));
        Assert.Equal(404, found.GetProperty("problem").GetProperty("status").GetInt32());
        Assert.EndsWith("model-not-found", found.GetProperty("problem").GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheServiceDoesNotKnowDoesNotCompile()
    {
        await GenerateAsync("client.mts");
        var source = Path.Combine(_folder, "client.mts");
        var text = await File.ReadAllTextAsync(source, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            source,
            text.Replace("method: 'gradcam'", "method: 'gradcan'", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        var (code, output, _) = await NodeProgram.StartAsync(
            _folder,
            Path.Combine(_folder, "node_modules", "typescript", "bin", "tsc"),
            "-p",
            _folder
        );
        Assert.NotEqual(0, code);
        Assert.Contains("'\"gradcan\"' is not assignable", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TensorsOfTextsAndOfNestedListsCompile()
    {
        await GenerateAsync("client.mts");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "tensors.ts"),
            """
            import type { paths } from './api';
            type Infer = paths['/v2/models/{model}/infer']['post']['requestBody']['content']['application/json'];
            type Predict = paths['/v1/models/{model}:predict']['post']['requestBody']['content']['application/json'];
            export const infer: Infer[] = [
                { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: ['R0lGOD'] }] },
                { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [[0, 1]] }] },
                { inputs: [{ name: 'm', shape: [2], datatype: 'BOOL', data: [true, false] }] },
                { inputs: [], outputs: [{ name: 'map', parameters: { binary_data: true } }] },
                { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } }] },
            ];
            export const predict: Predict = { instances: [{ image: { b64: 'R0lGOD' }, target: 3 }, [[[0, 1]]]] };
            """,
            TestContext.Current.CancellationToken
        );
        await RunAsync("typescript/bin/tsc", "-p", _folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task GenerateAsync(string program)
    {
        NodeProgram.Require("openapi-typescript");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "node_modules"), Path.Combine(NodeProgram.Folder, "node_modules"));
        File.Copy(Path.Combine(NodeProgram.Folder, program), Path.Combine(_folder, program));
        await File.WriteAllTextAsync(Path.Combine(_folder, "package.json"), """{"type":"module"}""");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "tsconfig.json"),
            """
            {
              "compilerOptions": {
                "strict": true,
                "noUncheckedIndexedAccess": true,
                "target": "es2022",
                "module": "esnext",
                "moduleResolution": "bundler",
                "types": ["node"]
              },
              "include": ["*.mts", "*.ts"]
            }
            """
        );
        await RunAsync("openapi-typescript/bin/cli.js", Served.Document, "-o", Path.Combine(_folder, "api.d.ts"));
    }

    private Task<string> RunAsync(string tool, params string[] arguments) =>
        NodeProgram.RunAsync(_folder, [Path.Combine(_folder, "node_modules", tool), .. arguments]);
}
