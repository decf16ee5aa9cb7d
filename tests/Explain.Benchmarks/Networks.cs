using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Benchmarks;

/// <summary>Networks of full size that everybody knows.</summary>
internal static class Networks
{
    /// <summary>By what the command line calls them: what gives the scores.</summary>
    // csharpier-ignore
    private static readonly Dictionary<string, Func<NetBuilder, string>> All = new()
    {
        ["resnet50"] = ResNet50, ["vgg16"] = Vgg16, ["densenet121"] = DenseNet121, ["efficientnet-b0"] = EfficientNetB0,
        ["convnext-tiny"] = ConvNextTiny, ["vit-b16"] = VitB16,
    };

    /// <summary>What the command line calls them.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Writes one to a file.</summary>
    public static void Write(string name, string path)
    {
        var net = new NetBuilder(name);
        net.Write(All[name](net), path);
    }

    // He et al. 2016, table 1.
    private static string ResNet50(NetBuilder net)
    {
        var x = net.Pool("MaxPool", net.ConvRelu(net.Image, 3, 64, 7, 2), 3, 2, 1);
        var channels = 64;
        foreach (var (width, blocks, first) in new[] { (64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2) })
        {
            for (var block = 0; block < blocks; block++)
            {
                var stride = block == 0 ? first : 1;
                var y = net.ConvRelu(net.ConvRelu(x, channels, width, 1), width, width, 3, stride);
                y = net.Conv(y, width, 4 * width, 1);
                x = net.Relu(net.Op("Add", [block == 0 ? net.Conv(x, channels, 4 * width, 1, stride) : x, y]));
                channels = 4 * width;
            }
        }
        return net.Classify(x, channels);
    }

    // Simonyan and Zisserman 2015, configuration D, with the mean of each map in the place of two linear layers.
    private static string Vgg16(NetBuilder net)
    {
        var (x, channels) = (net.Image, 3);
        foreach (var (width, layers) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (var layer = 0; layer < layers; layer++)
                (x, channels) = (net.ConvRelu(x, channels, width, 3), width);
            x = net.Pool("MaxPool", x, 2, 2);
        }
        return net.Classify(x, channels);
    }

    // Huang et al. 2017, table 1.
    private static string DenseNet121(NetBuilder net)
    {
        const int Growth = 32;
        var x = net.Pool("MaxPool", net.ConvRelu(net.Image, 3, 64, 7, 2), 3, 2, 1);
        var channels = 64;
        foreach (var (layers, isLast) in new[] { (6, false), (12, false), (24, false), (16, true) })
        {
            for (var layer = 0; layer < layers; layer++, channels += Growth)
            {
                var y = net.ConvRelu(net.Relu(net.BatchNorm(x, channels)), channels, 4 * Growth, 1);
                x = net.Op("Concat", [x, net.Conv(y, 4 * Growth, Growth, 3)], Of("axis", 1));
            }
            x = net.Relu(net.BatchNorm(x, channels));
            if (isLast)
                continue;
            x = net.Pool("AveragePool", net.Conv(x, channels, channels / 2, 1), 2, 2);
            channels /= 2;
        }
        return net.Classify(x, channels);
    }

    // Tan and Le 2019, table 1.
    private static string EfficientNetB0(NetBuilder net)
    {
        var (x, channels) = (net.Silu(net.Conv(net.Image, 3, 32, 3, 2)), 32);
        foreach (
            var (expansion, width, blocks, first, kernel) in new[]
            {
                (1, 16, 1, 1, 3),
                (6, 24, 2, 2, 3),
                (6, 40, 2, 2, 5),
                (6, 80, 3, 2, 3),
                (6, 112, 3, 1, 5),
                (6, 192, 4, 2, 5),
                (6, 320, 1, 1, 3),
            }
        )
        {
            for (var block = 0; block < blocks; block++, channels = width)
            {
                var (inner, stride) = (expansion * channels, block == 0 ? first : 1);
                var y = expansion == 1 ? x : net.Silu(net.Conv(x, channels, inner, 1));
                y = net.Silu(net.Conv(y, inner, inner, kernel, stride, inner));
                var gate = net.Silu(net.Conv(net.Op("GlobalAveragePool", [y]), inner, channels / 4, 1));
                y = net.Op("Mul", [y, net.Op("Sigmoid", [net.Conv(gate, channels / 4, inner, 1)])]);
                y = net.Conv(y, inner, width, 1);
                x = stride == 1 && channels == width ? net.Op("Add", [x, y]) : y;
            }
        }
        return net.Classify(net.Silu(net.Conv(x, channels, 1280, 1)), 1280);
    }

    // Liu et al. 2022, section 2; layer scale is part of the last weights of a block.
    private static string ConvNextTiny(NetBuilder net)
    {
        var (x, channels) = (Normed(net, net.Conv(net.Image, 3, 96, 4, 4, pad: 0), 96), 96);
        foreach (var (width, blocks) in new[] { (96, 3), (192, 3), (384, 9), (768, 3) })
        {
            if (width != channels)
                x = net.Conv(Normed(net, x, channels), channels, width, 2, 2, pad: 0);
            channels = width;
            for (var block = 0; block < blocks; block++)
            {
                var y = net.LayerNorm(net.Transpose(net.Conv(x, width, width, 7, group: width), 0, 2, 3, 1), width);
                y = net.Linear(net.Gelu(net.Linear(y, width, 4 * width)), 4 * width, width);
                x = net.Op("Add", [x, net.Transpose(y, 0, 3, 1, 2)]);
            }
        }
        return net.Classify(Normed(net, x, channels), channels);
    }

    private static string Normed(NetBuilder net, string x, int channels) =>
        net.Transpose(net.LayerNorm(net.Transpose(x, 0, 2, 3, 1), channels), 0, 3, 1, 2);

    // Dosovitskiy et al. 2021, table 1, with the mean of all tokens in the place of a class token.
    private static string VitB16(NetBuilder net)
    {
        const int Width = 768;
        const int Heads = 12;
        const int Tokens = 196;
        var patches = net.Reshape(net.Conv(net.Image, 3, Width, 16, 16, pad: 0), 0, Width, Tokens);
        var x = net.Op("Add", [net.Transpose(patches, 0, 2, 1), net.Weights([1, Tokens, Width], Width)]);
        for (var layer = 0; layer < 12; layer++)
        {
            var y = net.LayerNorm(x, Width);
            var scores = net.Op("MatMul", [Part(y, 0, 2, 1, 3), Part(y, 0, 2, 3, 1)]);
            var weights = net.Op("Softmax", [net.Op("Mul", [scores, net.Number(0.125f)])], Of("axis", -1));
            var mixed = net.Transpose(net.Op("MatMul", [weights, Part(y, 0, 2, 1, 3)]), 0, 2, 1, 3);
            x = net.Op("Add", [x, net.Linear(net.Reshape(mixed, 0, Tokens, Width), Width, Width)]);
            x = net.Op("Add", [x, net.Linear(net.Gelu(net.Linear(net.LayerNorm(x, Width), Width, 4 * Width)), 4 * Width, Width)]);
        }
        return net.Linear(net.Op("ReduceMean", [net.LayerNorm(x, Width)], Of("axes", [1L]), Of("keepdims", 0)), Width, 1000);

        string Part(string from, params long[] axes) =>
            net.Transpose(net.Reshape(net.Linear(from, Width, Width), 0, Tokens, Heads, Width / Heads), axes);
    }
}
