using System.Text;
using System.Text.Json;
using Explain.Service.Settings;

namespace Explain.Service.Security;

/// <summary>Keys in a file of their own, which is read again when it changes.</summary>
/// <param name="Path">The file: a list in JSON, of entries like those of <c>ApiKeys</c>.</param>
/// <param name="Text">What it held.</param>
/// <param name="Keys">The keys in it.</param>
internal sealed record ApiKeyFile(string Path, string Text, IReadOnlyList<ApiKey> Keys)
{
    /// <summary>Name of the setting, and of what is wrong in the file.</summary>
    public const string Setting = "ApiKeysFile";

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="others">Keys that are known beside those in it.</param>
    /// <param name="problems">One line for each thing that is wrong; empty when nothing is.</param>
    public static ApiKeyFile Read(string path, IReadOnlyList<ApiKey> others, out IReadOnlyList<string> problems)
    {
        var text = "";
        try
        {
            text = File.ReadAllText(path);
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                throw new JsonException();
            var settings = $$$"""{"{{{Setting}}}":{"ApiKeys":{{{text}}}}}""";
            var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings))).Build();
            var reader = new SettingsReader(configuration.GetSection(Setting));
            var keys = ApiKeyReader.Read(reader, others);
            problems = reader.Finish();
            return new ApiKeyFile(path, text, keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems = [$"{SettingsReader.Root}:{Setting} = '{path}' cannot be read: {e.Message}"];
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException)
        {
            problems =
            [
                $"{SettingsReader.Root}:{Setting} = '{path}' is not allowed; allowed: a list in JSON of keys as --new-api-key NAME prints "
                    + "them",
            ];
        }
        return new ApiKeyFile(path, text, []);
    }
}
