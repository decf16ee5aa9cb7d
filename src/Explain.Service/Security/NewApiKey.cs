using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Explain.Service.Security;

/// <summary><c>--new-api-key NAME</c>: makes a key, prints it once with its line for the settings, and serves nothing.</summary>
internal static class NewApiKey
{
    private const string Option = "--new-api-key";
    private const int RandomBytes = 32;
    private static readonly Scope[] Usual = [Scope.Explain, Scope.Predict, Scope.ModelsRead];

    /// <summary>The exit code when a key was asked for, else null.</summary>
    public static int? Handle(string[] args, TextWriter output, TextWriter errors)
    {
        if (args.Length == 0 || args[0] != Option)
            return null;
        if (args.Length != 2 || !ApiKeyReader.IsName(args[1]))
        {
            errors.WriteLine($"{Option} takes one name; allowed: {ApiKeyReader.NameForm}");
            return 2;
        }
        var key = "exk_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var setting = new
        {
            Name = args[1],
            Hash = ApiKey.FormatHash(ApiKey.HashOf(key)),
            Scopes = Usual.Select(s => s.Name()),
        };
        output.WriteLine($"Key, shown this once: {key}");
        output.WriteLine($"For Explain:ApiKeys: {JsonSerializer.Serialize(setting)}");
        return 0;
    }
}
