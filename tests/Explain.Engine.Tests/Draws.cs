using System.Globalization;
using CsCheck;
using Xunit.Sdk;

namespace Explain.Engine.Tests;

/// <summary>
/// Properties of values that are drawn: the same values in every run, so that a run that was green stays so. With the variable
/// <c>EXPLAIN_DRAWS</c> set to a number, as many times more are drawn, other ones each time.
/// </summary>
internal static class Draws
{
    private static readonly int? Times = int.TryParse(
        Environment.GetEnvironmentVariable("EXPLAIN_DRAWS"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var times
    )
        ? times
        : null;

    /// <summary>Checks a property of each value.</summary>
    /// <param name="values">Where values come from.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="draws">How many values.</param>
    public static void ForAll<T>(this Gen<T> values, Action<T> property, int draws)
    {
        var random = Times is null ? new PCG(1, 20240607) : new PCG(1);
        var (failures, all) = (new List<(T Value, Exception Reason)>(), draws * (Times ?? 1));
        for (var n = 0; n < all; n++)
        {
            var value = values.Generate(random, null, out _);
            try
            {
                property(value);
            }
            catch (Exception e)
            {
                failures.Add((value, e));
            }
        }
        if (failures.Count > 0)
        {
            throw new XunitException(
                $"{failures.Count} of {all}:\n{string.Join('\n', failures.Take(5).Select(f => $"{f.Value}: {f.Reason.Message}"))}",
                failures[0].Reason
            );
        }
    }
}
