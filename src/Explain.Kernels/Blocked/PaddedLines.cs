using System.Buffers;

namespace Explain.Kernels.Blocked;

/// <summary>A value times a weight: where both lie for the first place of a line.</summary>
internal readonly record struct Term(int Source, int Weight);

/// <summary>
/// The lines of cotangents that a few rows of the input read, with zeros on both sides, so that no place is a special case.
/// </summary>
internal readonly ref struct PaddedLines
{
    private readonly Windows _windows;
    private readonly int _lanes;
    private readonly int _left;
    private readonly int _length;
    private readonly int _slots;
    private readonly float[] _values;
    private readonly int[] _filled;

    /// <summary>No line yet; <see cref="Return"/> gives the memory back.</summary>
    public PaddedLines(in Windows windows, int lanes)
    {
        (_windows, _lanes) = (windows, lanes);
        var (rows, columns) = windows;
        var reach = (columns.Kernel - 1) * columns.Dilation - columns.Begin;
        _left = reach <= 0 ? 0 : (reach + columns.Stride - 1) / columns.Stride;
        var last = (columns.Extent - 1 + columns.Begin) / columns.Stride;
        _length = checked((_left + Math.Max(columns.Windows, last + 1)) * lanes);
        _slots = Math.Min(rows.Windows, (rows.Kernel - 1) * rows.Dilation / rows.Stride + 1);
        _values = ArrayPool<float>.Shared.Rent(checked(_slots * _length));
        _filled = ArrayPool<int>.Shared.Rent(_slots);
        _values.AsSpan(0, _slots * _length).Clear();
        _filled.AsSpan(0, _slots).Fill(-1);
    }

    /// <summary>All lines.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        ArrayPool<float>.Shared.Return(_values);
        ArrayPool<int>.Shared.Return(_filled);
    }

    /// <summary>Takes in a line of windows, unless it is there.</summary>
    public void Fill(int window, ReadOnlySpan<float> dy)
    {
        var slot = window % _slots;
        if (_filled[slot] == window)
            return;
        _filled[slot] = window;
        var length = _windows.Columns.Windows * _lanes;
        dy.Slice(window * length, length).CopyTo(_values.AsSpan(slot * _length + _left * _lanes));
    }

    /// <summary>What is added up for every place of a row that is whole strides from its first one.</summary>
    /// <param name="row">The row; its lines have been taken in.</param>
    /// <param name="first">The first place, before the stride.</param>
    /// <param name="terms">One for each tap at most.</param>
    /// <returns>How many there are.</returns>
    public int Terms(int row, int first, Span<Term> terms)
    {
        var (count, columns) = (0, _windows.Columns);
        for (var k = 0; k < _windows.Rows.Kernel; k++)
        {
            if (_windows.Rows.Window(row, k) is not (>= 0 and var window))
                continue;
            for (var tap = 0; tap < columns.Kernel; tap++)
            {
                var distance = first + columns.Begin - tap * columns.Dilation;
                if (distance % columns.Stride != 0)
                    continue;
                var place = _left + distance / columns.Stride;
                terms[count++] = new(window % _slots * _length + place * _lanes, (k * columns.Kernel + tap) * _lanes);
            }
        }
        return count;
    }
}
