using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Explain.Kernels.Blocked;

/// <summary>What the taps of windows hold, added up at the places where they lie: the transposition of im2col.</summary>
public static class Columns
{
    /// <summary>Some rows of one block of channels of one image.</summary>
    /// <typeparam name="TLanes">Its channels.</typeparam>
    /// <param name="columns">What the taps of one image's windows hold, [taps, blocks, windows, lanes].</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="block">Which.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="row">The first row.</param>
    /// <param name="added">What is added to the result, shaped like it; empty for nothing.</param>
    /// <param name="dx">The rows, [rows, W, lanes].</param>
    /// <exception cref="ArgumentException">A length is not that of the windows.</exception>
    public static void Rows<TLanes>(
        ReadOnlySpan<float> columns,
        int blocks,
        int block,
        in Windows windows,
        int row,
        ReadOnlySpan<float> added,
        Span<float> dx
    )
        where TLanes : struct, ILanes<TLanes>
    {
        Require.SameLength(windows.Taps * blocks * windows.Count * TLanes.Count, columns.Length, nameof(columns));
        Require.Within(0, block, blocks - 1);
        var width = windows.Columns.Extent * TLanes.Count;
        Require.SameLength(dx.Length / width * width, dx.Length, nameof(dx));
        Require.Within(0, row, windows.Rows.Extent - dx.Length / width);
        if (added.Length > 0)
            Require.SameLength(dx.Length, added.Length, nameof(added));
        // In the plain layout, neighbours that go to every second place are no vector: they are added up side by side first.
        var side = TLanes.Count == 1 && windows.Columns.Stride > 1 ? new SideBySide(windows.Columns) : default;
        for (var at = 0; at < dx.Length; at += width, row++)
        {
            var line = dx.Slice(at, width);
            if (added.Length > 0)
                added.Slice(at, width).CopyTo(line);
            else
                line.Clear();
            for (var k = 0; k < windows.Rows.Kernel; k++)
            {
                if (windows.Rows.Window(row, k) is >= 0 and var i)
                {
                    for (var l = 0; l < windows.Columns.Kernel; l++)
                    {
                        var plane = ((k * windows.Columns.Kernel + l) * blocks + block) * windows.Rows.Windows + i;
                        var length = windows.Columns.Windows * TLanes.Count;
                        var taps = columns.Slice(plane * length, length);
                        if (side.Fits)
                            side.Add(taps, l);
                        else
                            Add<TLanes>(taps, windows.Columns, l, line);
                    }
                }
            }
            if (side.Fits)
                side.MoveTo(line);
        }
        side.Dispose();
    }

    private static void Add<TLanes>(ReadOnlySpan<float> taps, in WindowAxis axis, int tap, Span<float> line)
        where TLanes : struct, ILanes<TLanes>
    {
        var (from, to) = axis.WindowsOf(tap);
        var (count, place) = (to - from, axis.Position(from, tap) * TLanes.Count);
        if (axis.Stride == 1)
        {
            var target = line.Slice(count > 0 ? place : 0, count * TLanes.Count);
            TensorPrimitives.Add(target, taps.Slice(from * TLanes.Count, target.Length), target);
            return;
        }
        ref var source = ref MemoryMarshal.GetReference(taps);
        ref var result = ref MemoryMarshal.GetReference(line);
        for (var at = from * TLanes.Count; at < to * TLanes.Count; at += TLanes.Count, place += axis.Stride * TLanes.Count)
        {
            ref var target = ref Unsafe.Add(ref result, place);
            TLanes.Sum(TLanes.Load(in target), TLanes.Load(in Unsafe.Add(ref source, at))).Store(ref target);
        }
    }

    // The sums of one line, places apart by the stride next to each other: [stride, line].
    private readonly struct SideBySide(WindowAxis axis) : IDisposable
    {
        private readonly int _length = (axis.Extent - 1) / axis.Stride + 1;
        private readonly float[] _sums = Rent(((axis.Extent - 1) / axis.Stride + 1) * axis.Stride);

        public bool Fits => _sums is not null;

        public void Add(ReadOnlySpan<float> taps, int tap)
        {
            var (from, to) = axis.WindowsOf(tap);
            if (to == from)
                return;
            var first = axis.Position(from, tap);
            var target = _sums.AsSpan(first % axis.Stride * _length + first / axis.Stride, to - from);
            TensorPrimitives.Add(target, taps[from..to], target);
        }

        public void MoveTo(Span<float> line)
        {
            for (var phase = 0; phase < axis.Stride; phase++)
            {
                var sums = _sums.AsSpan(phase * _length, _length);
                for (var (at, i) = (phase, 0); at < line.Length; at += axis.Stride, i++)
                    line[at] += sums[i];
                sums.Clear();
            }
        }

        public void Dispose()
        {
            if (Fits)
                ArrayPool<float>.Shared.Return(_sums);
        }

        private static float[] Rent(int length)
        {
            var sums = ArrayPool<float>.Shared.Rent(length);
            sums.AsSpan(0, length).Clear();
            return sums;
        }
    }
}
