using System.Security.Cryptography;
using System.Text;
using Explain.Engine.Parameters;

namespace Explain.Cli.Jobs.Items;

/// <summary>One image to explain.</summary>
/// <param name="Name">Its path from the source's folder, with slashes: what shards are drawn by.</param>
/// <param name="Id">What the manifest calls it, or null.</param>
/// <param name="Target">The target the manifest gives it, or null for the one of the command line.</param>
internal sealed record JobItem(string Name, string? Id = null, string? Target = null)
{
    private const int KeyLength = 32;

    /// <summary>Tells it from every other item: the same image may be listed with several targets.</summary>
    public string Key { get; } = Digest(Name, Id, Target);

    /// <summary>A path for its output that leads out of no folder and belongs to no other item.</summary>
    public string OutputName
    {
        get
        {
            var inside = string.Join('/', Name[Path.GetPathRoot(Name)!.Length..].Split('/').Where(part => part is not ("" or "." or "..")));
            return inside == Name && Id is null && Target is null ? Name : $"{inside}.{Key[..12]}";
        }
    }

    /// <summary>What is asked of it: its own target in the place of the one for all.</summary>
    /// <param name="all">What is asked of all.</param>
    /// <exception cref="Engine.Vocabulary.ExplainException">Its target can be none.</exception>
    public ExplainParameters Asked(ExplainParameters all) =>
        Target is null
            ? all
            : all with
            {
                Target = ParameterTable.Parse(ParameterScope.Image, [KeyValuePair.Create("target", Target)]).Explain.Target,
            };

    private static string Digest(params string?[] facts)
    {
        var text = string.Concat(facts.Select(fact => fact is null ? "-\0" : $"+{fact}\0"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyLength];
    }
}
