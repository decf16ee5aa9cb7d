using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Cli.Tests;

/// <summary>
/// A model of more than 2 GB, which no single protobuf message can hold: its weights lie beside the file, and stay there.
/// </summary>
public sealed class LargeModelTests(ITestOutputHelper output)
{
    private const long Hidden = 34_000,
        Features = 64 * 16 * 16,
        Classes = 10;

    // The runtime, the libraries, and a pass through this net, whose largest tensor has 64 kilobytes.
    private const long Beside = 300L << 20;

    [Fact]
    public async Task WeightsOfMoreThanTwoGigabytesAreNeverCopied()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads the peak of the memory from /proc");
        Assert.SkipUnless(Available() > 4L << 30, "needs 4 GB of free memory");
        Assert.SkipUnless(
            new DriveInfo(Path.GetTempPath()).AvailableFreeSpace > 3L << 30,
            "needs 3 GB of free disk in the temporary folder"
        );
        using var place = new Workplace();
        var size = Write(Directory.CreateDirectory(place.Path("large")).FullName);
        Assert.True(size > 2L << 30);
        var image = place.RedAndBlue("half.png");
        foreach (var method in new[] { "gradcam", "saliency" })
        {
            var clock = Stopwatch.StartNew();
            var (answer, peak) = await RunAsync(
                "image",
                image,
                "--model",
                place.Path("large"),
                "--method",
                method,
                "--target",
                "1",
                "--format",
                "json"
            );
            output.WriteLine($"{method}: weights {size >> 20} MB, peak {peak >> 20} MB, {clock.Elapsed.TotalSeconds:F1} s");
            Assert.InRange(peak, size / 2, size + Beside);
            using var json = JsonDocument.Parse(answer);
            Assert.True(json.RootElement.GetProperty("explanations")[0].GetProperty("map").GetProperty("max").GetDouble() > 0);
        }
        var exported = place.Path("large", "explained.onnx");
        var (_, most) = await RunAsync("export", place.Path("large", "model.onnx"), "-o", exported);
        output.WriteLine($"export: peak {most >> 20} MB");
        Assert.InRange(most, 1, size + Beside);
        Assert.InRange(new FileInfo(exported).Length, 1, 1 << 20);
    }

    private static async Task<(string Answer, long Peak)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "explain.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var peak = 0L;
        // The peak is gone with the process, so the last look before its end counts.
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Kilobytes($"/proc/{process.Id}/status", "VmHWM"));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, process.ExitCode);
        return (await answer, peak << 10);
    }

    private static long Available() => Kilobytes("/proc/meminfo", "MemAvailable") << 10;

    private static long Kilobytes(string file, string key)
    {
        try
        {
            return File.ReadLines(file)
                .Where(l => l.StartsWith(key + ":", StringComparison.Ordinal))
                .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]))
                .FirstOrDefault();
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // Conv, Relu, and two linear layers, the first of which has nearly all the weights: zeros, which take no room on the disk, but for its
    // first rows.
    private static long Write(string folder)
    {
        var graph = new GraphProto { Name = "large" };
        graph.Input.Add(
            new ValueInfoProto { Name = "x", Type = new TensorType(TensorProto.Types.DataType.Float, [1, 3, 16, 16]).ToProto() }
        );
        graph.Output.Add(
            new ValueInfoProto { Name = "scores", Type = new TensorType(TensorProto.Types.DataType.Float, [1, Classes]).ToProto() }
        );
        graph.Node.Add(Node("Conv", ["x", "w"], "c", Of("pads", [1, 1, 1, 1])));
        graph.Node.Add(Node("Relu", ["c"], "l"));
        graph.Node.Add(Node("Flatten", ["l"], "f"));
        graph.Node.Add(Node("Gemm", ["f", "large"], "h", Of("transB", 1)));
        graph.Node.Add(Node("Relu", ["h"], "r"));
        graph.Node.Add(Node("MatMul", ["r", "v"], "scores"));
        using var data = File.Create(Path.Combine(folder, "weights.bin"));
        graph.Initializer.Add(Outside("w", data, 64, 3, 3, 3));
        graph.Initializer.Add(Outside("v", data, Hidden, Classes));
        graph.Initializer.Add(Outside("large", data, Hidden, Features));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), new Graph(model).ToBytes());
        return data.Length;
    }

    private static TensorProto Outside(string name, FileStream data, params long[] dims)
    {
        const int Filled = 1 << 20;
        var (offset, count) = (data.Position, dims.Aggregate(1L, (a, b) => a * b));
        var random = new Random(dims.Length);
        var values = new float[Math.Min(count, Filled)];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() - 0.4f;
        data.Write(MemoryMarshal.AsBytes<float>(values));
        data.SetLength(offset + 4 * count);
        data.Position = data.Length;
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        tensor.Dims.AddRange(dims);
        foreach (var (key, value) in new[] { ("location", "weights.bin"), ("offset", $"{offset}"), ("length", $"{4 * count}") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    private static NodeProto Node(string op, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }
}
