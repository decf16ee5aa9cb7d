using Explain.Kernels.Blocked;

namespace Explain.Engine.Models.Native;

/// <summary>
/// Elementwise operators over maps, [N, C, H, W], numbers for every channel, [N, C, 1, 1], and single numbers; batches may be repeated. The
/// result is a map, or its sum over the positions, [N, C, 1, 1].
/// </summary>
internal static class ElementKernel
{
    // A part of a map that is worth a part of the work by itself.
    private const long Band = 4096;
    private const int Parts = 8;

    /// <summary>Reads what a node says of itself, and gives what runs it.</summary>
    public static Action<KernelRun> Open(NodeInfo info)
    {
        var (text, block, sums) = (info.Text("program"), info.Int("block"), info.Int("sum") != 0);
        // The number of operands is known only when it runs.
        ElementProgram? program = null;
        return run =>
        {
            NativeTensor[] operands = [.. Enumerable.Range(0, run.InputCount).Select(run.Input)];
            Run(program ??= new(text, operands.Length), operands, block, sums, run);
        };
    }

    private static void Run(ElementProgram program, NativeTensor[] operands, long block, bool sums, KernelRun run)
    {
        var shape = Shape(operands);
        var length = shape.Aggregate(1L, (a, b) => a * b);
        var result = run.Output(sums ? [shape[0], shape[1], 1, 1] : shape);
        if (length == 0)
        {
            result.Slice(0, result.Length).Clear();
            return;
        }
        if (shape[1] % block != 0)
            throw new NotSupportedException($"{shape[1]} channels are no whole number of blocks of {block}");
        // Where every operand is as long or a single number, channels do not matter.
        var plane = sums || operands.Any(o => o.Length != length && o.Length != 1) ? shape[2] * shape[3] * block : length;
        var planes = length / plane;
        var bands = sums ? 1 : Math.Clamp((Parts + planes - 1) / planes, 1, Math.Max(1, plane / Band));
        var each = ((plane + bands - 1) / bands + 63) / 64 * 64;
        bands = (plane + each - 1) / each;
        long[] widths = [.. operands.Select(o => o.Length == length ? plane : Width(o, block, plane))];
        run.Share(planes * bands, length, part =>
        {
            var (index, first) = (part / bands, part % bands * each);
            var count = (int)Math.Min(each, plane - first);
            if (sums)
                program.Sum(Operand, (int)plane, result.Part(index, block));
            else
                program.Map(Operand, result.Slice(index * plane + first, count));

            ReadOnlySpan<float> Operand(int operand, int start, int length)
            {
                var (tensor, width) = (operands[operand], widths[operand]);
                var at = index % (tensor.Length / width) * width;
                return width == plane ? tensor.Slice(at + first + start, length) : tensor.Slice(at, width);
            }
        });
    }

    private static long[] Shape(NativeTensor[] operands) =>
        operands.Where(o => o.Shape.Length == 4).Select(o => o.Shape) is var maps && maps.Any()
            ? [.. Enumerable.Range(0, 4).Select(axis => maps.Max(s => s[axis]))]
            : throw new NotSupportedException("no operand is a map");

    // Numbers of an operand that belong to a plane.
    private static long Width(NativeTensor operand, long block, long plane) =>
        operand.Length == 1 ? 1
        : operand.Shape[2] * operand.Shape[3] * block is var width && (width == block || width == plane) ? width
        : throw new NotSupportedException(
            $"an operand of shape [{string.Join(", ", operand.Shape)}] is neither a map nor numbers for channels"
        );
}
