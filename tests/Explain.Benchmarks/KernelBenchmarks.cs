using BenchmarkDotNet.Attributes;
using Explain.Kernels.Images;

namespace Explain.Benchmarks;

/// <summary>Weighted channel sum against the scalar loop.</summary>
[MemoryDiagnoser(false)]
public class ChannelSumBenchmarks
{
    private readonly float[] _map = new float[49];
    private float[] _maps = [];
    private float[] _weights = [];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _maps = [.. Enumerable.Range(0, 2048 * 49).Select(_ => random.NextSingle())];
        _weights = [.. Enumerable.Range(0, 2048).Select(_ => random.NextSingle() - 0.5f)];
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        Array.Clear(_map);
        for (var c = 0; c < _weights.Length; c++)
        {
            for (var i = 0; i < _map.Length; i++)
                _map[i] += _maps[c * _map.Length + i] * _weights[c];
        }
    }

    [Benchmark]
    public void Weighted() => ChannelSum.Weighted(_maps, _weights, _map);
}

/// <summary>Alpha blending of a 4-megapixel image against the scalar loop; the one kernel with a vector loop of its own.</summary>
[MemoryDiagnoser(false)]
public class BlendBenchmarks
{
    private readonly byte[] _bottom = new byte[3 * 2000 * 2000];
    private readonly byte[] _top = new byte[3 * 2000 * 2000];
    private readonly byte[] _result = new byte[3 * 2000 * 2000];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        random.NextBytes(_bottom);
        random.NextBytes(_top);
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        for (var i = 0; i < _result.Length; i++)
            _result[i] = (byte)((_bottom[i] * 128 + _top[i] * 128 + 128) >> 8);
    }

    [Benchmark]
    public void Over() => Blend.Over(_bottom, _top, 0.5f, _result);
}

/// <summary>A 13×13 map to 4000×3000 pixels.</summary>
[MemoryDiagnoser(false)]
public class UpsampleBenchmarks
{
    private readonly float[] _map = [.. Enumerable.Range(0, 169).Select(i => i / 168f)];
    private readonly float[] _result = new float[4000 * 3000];

    [Benchmark]
    public void Bilinear() => Upsample.Bilinear(_map, 13, 13, _result, 3000, 4000);
}
