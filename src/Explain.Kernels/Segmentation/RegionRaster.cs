namespace Explain.Kernels.Segmentation;

/// <summary>The pixels of one region in a grid of its own, with an empty pixel on every side.</summary>
internal sealed class RegionRaster
{
    private readonly bool[] _pixels;
    private readonly int _left,
        _top;

    public RegionRaster(Region region)
    {
        ArgumentNullException.ThrowIfNull(region);
        (_left, _top) = (region.X - 1, region.Y - 1);
        (Width, Height) = (region.Width + 2, region.Height + 2);
        _pixels = new bool[checked(Width * Height)];
        foreach (var run in region.Runs)
            _pixels.AsSpan((run.Y - _top) * Width + run.Left - _left, run.Right - run.Left + 1).Fill(true);
    }

    /// <summary>Columns, with the empty ones.</summary>
    public int Width { get; }

    /// <summary>Rows, with the empty ones.</summary>
    public int Height { get; }

    /// <summary>Whether the region has a pixel of the map.</summary>
    public bool Has(int x, int y) => _pixels[(y - _top) * Width + x - _left];

    /// <summary>The grid, [Height, Width], its holes filled: what no way over neighbours by side leads to from outside.</summary>
    public bool[] Filled()
    {
        var filled = new bool[_pixels.Length];
        Array.Fill(filled, true);
        filled[0] = false;
        var open = new Stack<int>([0]);
        while (open.TryPop(out var at))
        {
            var x = at % Width;
            if (x > 0)
                Enter(at - 1);
            if (x < Width - 1)
                Enter(at + 1);
            Enter(at - Width);
            Enter(at + Width);
        }
        return filled;

        void Enter(int at)
        {
            if ((uint)at >= (uint)filled.Length || !filled[at] || _pixels[at])
                return;
            filled[at] = false;
            open.Push(at);
        }
    }
}
