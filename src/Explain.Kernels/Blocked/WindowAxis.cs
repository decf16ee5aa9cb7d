namespace Explain.Kernels.Blocked;

/// <summary>How the windows of a convolution or a pooling lie along an axis.</summary>
/// <param name="Extent">Positions of the input.</param>
/// <param name="Kernel">Taps of a window.</param>
/// <param name="Stride">From one window to the next.</param>
/// <param name="Dilation">From one tap to the next.</param>
/// <param name="Begin">How far the first window lies before the input.</param>
/// <param name="Windows">Number of windows.</param>
public readonly record struct WindowAxis(int Extent, int Kernel, int Stride, int Dilation, int Begin, int Windows)
{
    /// <summary>Where a tap of a window lies, which may be outside of the input.</summary>
    public int Position(int window, int tap) => window * Stride + tap * Dilation - Begin;

    /// <summary>The window whose tap lies at a position, or -1.</summary>
    public int Window(int position, int tap)
    {
        var distance = position + Begin - tap * Dilation;
        var window = distance / Stride;
        return distance >= 0 && distance % Stride == 0 && window < Windows ? window : -1;
    }

    /// <summary>The taps of a window that lie in the input, from the first to before the last.</summary>
    public (int From, int To) Taps(int window) => Inside(Position(window, 0), Dilation, Kernel);

    /// <summary>The windows whose tap lies in the input, from the first to before the last.</summary>
    public (int From, int To) WindowsOf(int tap) => Inside(Position(0, tap), Stride, Windows);

    private (int From, int To) Inside(int first, int step, int count)
    {
        var from = first >= 0 ? 0 : (step - 1 - first) / step;
        var to = first >= Extent ? 0 : Math.Min(count, (Extent - 1 - first) / step + 1);
        return (from, Math.Max(from, to));
    }
}

/// <summary>How windows lie over maps.</summary>
/// <param name="Rows">Along the height.</param>
/// <param name="Columns">Along the width.</param>
public readonly record struct Windows(WindowAxis Rows, WindowAxis Columns)
{
    /// <summary>Taps of a window.</summary>
    public int Taps => Rows.Kernel * Columns.Kernel;

    /// <summary>Positions of a map.</summary>
    public int Area => Rows.Extent * Columns.Extent;

    /// <summary>Number of windows over a map.</summary>
    public int Count => Rows.Windows * Columns.Windows;
}
