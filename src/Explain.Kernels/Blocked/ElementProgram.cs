using System.Buffers;
using System.Collections.Frozen;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Explain.Kernels.Blocked;

/// <summary>
/// Numbers of an operand for a stretch of the result: as many, or fewer that are repeated over it, such as one for each channel of a block
/// or one for all.
/// </summary>
/// <param name="operand">Which.</param>
/// <param name="start">Where the stretch begins.</param>
/// <param name="count">How long it is.</param>
public delegate ReadOnlySpan<float> OperandSource(int operand, int start, int count);

/// <summary>
/// Elementwise operators, of which each reads operands or what others before it give. They are applied to one short piece after another,
/// which stays in the cache: memory is passed over once, whatever the number of operators.
/// </summary>
public sealed class ElementProgram
{
    // Of numbers; a multiple of all blocks.
    private const int Piece = 1024;

    // csharpier-ignore
    private static readonly FrozenDictionary<string, Operator> Operators = new Dictionary<string, Operator>
    {
        ["Abs"] = (a, _, result) => TensorPrimitives.Abs(a, result),
        ["Add"] = (a, b, result) => TensorPrimitives.Add(a, b, result),
        ["Div"] = (a, b, result) => TensorPrimitives.Divide(a, b, result),
        ["Exp"] = (a, _, result) => TensorPrimitives.Exp(a, result),
        ["Mul"] = (a, b, result) => TensorPrimitives.Multiply(a, b, result),
        ["Neg"] = (a, _, result) => TensorPrimitives.Negate(a, result),
        ["Sigmoid"] = (a, _, result) => Swish.Sigmoid(a, result),
        ["Sqrt"] = (a, _, result) => TensorPrimitives.Sqrt(a, result),
        ["Sub"] = (a, b, result) => TensorPrimitives.Subtract(a, b, result),
        ["Swish"] = (a, _, result) => Swish.Value(a, result),
        ["SwishGrad"] = (a, b, result) => Swish.Gradient(a, b, result),
        ["Tanh"] = (a, _, result) => TensorPrimitives.Tanh(a, result),
    }.ToFrozenDictionary();

    private readonly int _operands;
    private readonly Step[] _steps;
    private readonly int _places;

    /// <summary>Reads a program.</summary>
    /// <param name="text">
    /// Operators in their order, apart by semicolons, each with the numbers of what it reads: <c>Mul 0 1;Add 3 2</c>. Operands are numbered
    /// first, then results. The last is that of the program; without operators it is operand 0.
    /// </param>
    /// <param name="operands">Number of operands.</param>
    /// <exception cref="NotSupportedException">An operator is not known.</exception>
    /// <exception cref="FormatException">It is no program.</exception>
    public ElementProgram(string text, int operands)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(' ')).ToArray();
        (_operands, _places, _steps) = (operands, operands, new Step[parts.Length]);
        var places = Enumerable.Range(0, operands).ToList();
        int[][] reads = [.. parts.Select(p => p.Skip(1).Select(int.Parse).ToArray())];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Operators.TryGetValue(parts[i][0], out var apply))
                throw new NotSupportedException($"there is no operator '{parts[i][0]}'");
            if (reads[i] is not ([_] or [_, _]) || reads[i].Any(r => r < 0 || r >= places.Count))
                throw new FormatException($"'{string.Join(' ', parts[i])}' does not read one or two values before it");
            // A result takes the place of one that is not read later.
            var over = reads[i].Where(r => r >= operands && reads.Skip(i + 1).All(later => !later.Contains(r))).ToArray();
            var to = over.Length > 0 ? places[over[0]] : _places++;
            _steps[i] = new(apply, places[reads[i][0]], places[reads[i][^1]], to);
            places.Add(to);
        }
    }

    private delegate void Operator(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result);

    /// <summary>The result; it may be written over an operand that is as long.</summary>
    /// <param name="source">The operands.</param>
    /// <param name="result">What is computed.</param>
    public void Map(OperandSource source, Span<float> result)
    {
        var work = ArrayPool<float>.Shared.Rent(_places * Piece);
        Repeat(source, work, result.Length);
        for (var at = 0; at < result.Length; at += Piece)
        {
            var piece = result.Slice(at, Math.Min(Piece, result.Length - at));
            Apply(source, work, at, piece);
        }
        ArrayPool<float>.Shared.Return(work);
    }

    /// <summary>The sum of the result for each channel of a block; it may be written over an operand that is as long.</summary>
    /// <param name="source">The operands.</param>
    /// <param name="length">How long the result is.</param>
    /// <param name="sums">One number for each channel.</param>
    public void Sum(OperandSource source, int length, Span<float> sums)
    {
        var work = ArrayPool<float>.Shared.Rent((_places + 2) * Piece);
        Repeat(source, work, length);
        var total = work.AsSpan((_places + 1) * Piece, sums.Length);
        total.Clear();
        for (var at = 0; at < length; at += Piece)
        {
            var piece = work.AsSpan(_places * Piece, Math.Min(Piece, length - at));
            Apply(source, work, at, piece);
            // Halves are added to each other: numbers of one size, so that little is rounded away.
            while (piece.Length > sums.Length)
            {
                var half = (piece.Length / sums.Length + 1) / 2 * sums.Length;
                TensorPrimitives.Add(piece[..^half], piece[half..], piece[..^half]);
                piece = piece[..half];
            }
            TensorPrimitives.Add(total, piece, total);
        }
        total.CopyTo(sums);
        ArrayPool<float>.Shared.Return(work);
    }

    // Operands that are shorter than a piece fill one.
    private void Repeat(OperandSource source, Span<float> work, int length)
    {
        var longest = Math.Min(Piece, length);
        for (var i = 0; i < _operands; i++)
        {
            var values = source(i, 0, longest);
            var place = work.Slice(i * Piece, longest);
            if (values.Length == 1)
                place.Fill(values[0]);
            for (var at = 0; values.Length > 1 && values.Length < longest && at < longest; at += values.Length)
                values.CopyTo(place[at..]);
        }
    }

    // Compiled once and for all: what profiles of the first runs make of it may take several times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(OperandSource source, Span<float> work, int at, Span<float> result)
    {
        if (_steps.Length == 0)
            Value(source, work, 0, at, result.Length).CopyTo(result);
        for (var i = 0; i < _steps.Length; i++)
        {
            var (apply, a, b, to) = _steps[i];
            var place = i == _steps.Length - 1 ? result : work.Slice(to * Piece, result.Length);
            apply(Value(source, work, a, at, result.Length), Value(source, work, b, at, result.Length), place);
        }
    }

    private ReadOnlySpan<float> Value(OperandSource source, Span<float> work, int place, int at, int count)
    {
        if (place < _operands && source(place, at, count) is var values && values.Length == count)
            return values;
        return work.Slice(place * Piece, count);
    }

    private readonly record struct Step(Operator Apply, int A, int B, int To);
}
