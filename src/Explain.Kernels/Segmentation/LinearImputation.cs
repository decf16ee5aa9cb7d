namespace Explain.Kernels.Segmentation;

/// <summary>
/// Fills pixels from their neighbours (Rong et al. 2022, A Consistent and Efficient Evaluation Strategy for Attribution Methods, section
/// 4.2, without its noise): each missing pixel becomes the mean of its eight neighbours, those beside it weighing twice as much as those at
/// its corners. Missing neighbours are unknowns themselves; the system is solved by conjugate gradients.
/// </summary>
public static class LinearImputation
{
    private const double Side = 1.0 / 6,
        Corner = 1.0 / 12;
    private const double Accuracy = 1e-7;
    private const int MostSteps = 500;

    /// <summary>Fills one channel in place.</summary>
    /// <param name="channel">Row-major [h · w].</param>
    /// <param name="missing">Which pixels are missing; where all are, they become 0.</param>
    /// <param name="height">h, at least 1.</param>
    /// <param name="width">w, at least 1.</param>
    /// <exception cref="ArgumentException">The lengths are not those of the image.</exception>
    public static void Fill(Span<float> channel, ReadOnlySpan<bool> missing, int height, int width)
    {
        if (channel.Length != height * width || missing.Length != channel.Length)
            throw new ArgumentException($"{channel.Length} values and {missing.Length} flags are no image of {height} by {width} pixels");
        var values = new double[channel.Length];
        var (sum, known) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (missing[i])
                continue;
            values[i] = channel[i];
            sum += channel[i];
            known++;
        }
        // The mean of what is known is a guess that is nowhere far off.
        var unknown = new int[values.Length - known];
        for (var (i, at) = (0, 0); i < values.Length; i++)
        {
            if (!missing[i])
                continue;
            unknown[at++] = i;
            values[i] = known > 0 ? sum / known : 0;
        }
        if (known > 0)
            Solve(values, unknown, height, width);
        foreach (var i in unknown)
            channel[i] = (float)values[i];
    }

    private static void Solve(double[] values, int[] unknown, int height, int width)
    {
        var (residual, direction, product) = (new double[unknown.Length], new double[values.Length], new double[unknown.Length]);
        Apply(values, unknown, height, width, residual);
        var (norm, size) = (0.0, 0.0);
        for (var k = 0; k < unknown.Length; k++)
        {
            residual[k] = -residual[k];
            direction[unknown[k]] = residual[k];
            norm += residual[k] * residual[k];
        }
        foreach (var v in values)
            size = Math.Max(size, Math.Abs(v));
        for (var step = 0; step < MostSteps && Math.Sqrt(norm) > Accuracy * size; step++)
        {
            Apply(direction, unknown, height, width, product);
            var along = 0.0;
            for (var k = 0; k < unknown.Length; k++)
                along += direction[unknown[k]] * product[k];
            var (length, before) = (norm / along, norm);
            norm = 0;
            for (var k = 0; k < unknown.Length; k++)
            {
                values[unknown[k]] += length * direction[unknown[k]];
                residual[k] -= length * product[k];
                norm += residual[k] * residual[k];
            }
            for (var k = 0; k < unknown.Length; k++)
                direction[unknown[k]] = residual[k] + norm / before * direction[unknown[k]];
        }
    }

    // Σ w (x_i - x_n) over the neighbours n of each missing pixel i.
    private static void Apply(double[] x, int[] unknown, int height, int width, double[] result)
    {
        for (var k = 0; k < unknown.Length; k++)
        {
            var (i, row, column) = (unknown[k], unknown[k] / width, unknown[k] % width);
            if (row == 0 || row == height - 1 || column == 0 || column == width - 1)
            {
                result[k] = AtBorder(x, row, column, height, width);
                continue;
            }
            // All eight are there, and their weights add up to 1.
            ReadOnlySpan<double> above = x.AsSpan(i - width - 1, 3),
                here = x.AsSpan(i - 1, 3),
                below = x.AsSpan(i + width - 1, 3);
            result[k] = here[1] - Side * (above[1] + below[1] + here[0] + here[2]) - Corner * (above[0] + above[2] + below[0] + below[2]);
        }
    }

    private static double AtBorder(double[] x, int row, int column, int height, int width)
    {
        var sum = 0.0;
        for (var r = Math.Max(row - 1, 0); r <= Math.Min(row + 1, height - 1); r++)
        {
            for (var c = Math.Max(column - 1, 0); c <= Math.Min(column + 1, width - 1); c++)
            {
                if (r != row || c != column)
                    sum += (r == row || c == column ? Side : Corner) * (x[row * width + column] - x[r * width + c]);
            }
        }

        return sum;
    }
}
