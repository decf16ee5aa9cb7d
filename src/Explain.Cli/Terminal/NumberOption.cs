using System.CommandLine;
using System.Globalization;

namespace Explain.Cli.Terminal;

/// <summary>Options that are whole numbers.</summary>
internal static class NumberOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it does.</param>
    /// <param name="usual">The value when it is not given; null for none.</param>
    /// <param name="low">The smallest allowed.</param>
    /// <param name="high">The largest allowed.</param>
    public static Option<ulong?> Create(string name, string description, ulong? usual, ulong low, ulong high) =>
        new(name)
        {
            Description = usual is null ? description : $"{description} (default: {usual})",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                if (
                    ulong.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    && value >= low
                    && value <= high
                )
                {
                    return value;
                }

                result.AddError($"{name}: '{result.Tokens.Single().Value}' is not allowed; allowed: a whole number from {low} to {high}");
                return usual;
            },
        };
}
