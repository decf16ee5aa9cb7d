namespace Explain.Engine.Images;

/// <summary>Several images in one, each under its caption.</summary>
public static class LabelledGrid
{
    /// <summary>Pixels of all tiles together, at most.</summary>
    public const long MaxPixels = 24_000_000;

    private const int GapPerScale = 4;
    private const int NarrowestTile = 160;
    private const int TileWidthPerScale = 240;
    private const byte Dark = 28;

    /// <summary>
    /// Draws the grid, row by row. Images smaller than the largest stand in the middle right under their caption; all are shrunk alike if
    /// the tiles would otherwise hold more than 24 million pixels. A caption that is too long ends in three dots.
    /// </summary>
    /// <param name="codec">Has the letters.</param>
    /// <param name="tiles">One or more; captions in the scripts that the codec's letters know.</param>
    /// <param name="across">Number of columns; null for about as many as rows.</param>
    public static RgbImage Draw(IImageCodec codec, IReadOnlyList<(RgbImage Image, string Caption)> tiles, int? across = null)
    {
        var (width, height) = (tiles.Max(tile => tile.Image.Width), tiles.Max(tile => tile.Image.Height));
        var shrink = Shrink(width, height, tiles.Count);
        var (tileWidth, tileHeight) = (Math.Max(Shrunk(width, shrink), NarrowestTile), Shrunk(height, shrink));
        var scale = Math.Max(tileWidth / TileWidthPerScale, 1);
        var (gap, caption) = (GapPerScale * scale, Caption.Height * scale);

        var columns = across ?? (int)Math.Ceiling(Math.Sqrt(tiles.Count));
        var rows = (tiles.Count + columns - 1) / columns;
        var (stepX, stepY) = (tileWidth + gap, caption + tileHeight + gap);
        var (gridWidth, gridHeight) = (columns * stepX + gap, rows * stepY + gap);
        var grid = new RgbImage(gridWidth, gridHeight, new byte[checked(gridWidth * gridHeight * 3)]);
        grid.Pixels.AsSpan().Fill(Dark);

        for (var i = 0; i < tiles.Count; i++)
        {
            var (left, top) = (gap + i % columns * stepX, gap + i / columns * stepY);
            Caption.Write(codec, grid, tiles[i].Caption, left + scale, top, tileWidth - scale, scale);
            var image = tiles[i].Image;
            var resized = Resampler.Resize(image, Shrunk(image.Width, shrink), Shrunk(image.Height, shrink), Interpolation.Bilinear);
            Copy(resized, grid, left + (tileWidth - resized.Width) / 2, top + caption);
        }
        return grid;
    }

    // Tiles keep room for their captions: those of images that are narrow and tall shrink in height alone.
    private static double Shrink(long width, long height, int tiles)
    {
        var both = Math.Min(1, Math.Sqrt((double)MaxPixels / (width * height * tiles)));
        return width * both >= NarrowestTile ? both : Math.Min(both, (double)MaxPixels / (NarrowestTile * height * tiles));
    }

    private static int Shrunk(int side, double factor) => Math.Max((int)Math.Round(side * factor), 1);

    private static void Copy(RgbImage source, RgbImage target, int left, int top)
    {
        for (var y = 0; y < source.Height; y++)
        {
            var row = source.Pixels.AsSpan(y * source.Width * 3, source.Width * 3);
            row.CopyTo(target.Pixels.AsSpan(((top + y) * target.Width + left) * 3));
        }
    }
}
