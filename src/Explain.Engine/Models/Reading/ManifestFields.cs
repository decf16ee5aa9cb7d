using System.Reflection;
using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>Says what is wrong with the fields of <c>model.json</c> in the words of whoever writes it.</summary>
internal static class ManifestFields
{
    private const string File = "model.json";

    /// <summary>Checks the fields of an object against the members of the record that they are read into.</summary>
    /// <param name="element">The object.</param>
    /// <param name="record">The record.</param>
    /// <param name="path">Where the object is, with a dot behind it; empty for the whole.</param>
    /// <exception cref="InvalidDataException">A field of an unknown name, or of another kind.</exception>
    public static void Check(JsonElement element, Type record, string path)
    {
        Require(element, JsonValueKind.Object, path, "an object");
        var members = record.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var names = members.Select(m => JsonNamingPolicy.CamelCase.ConvertName(m.Name)).ToArray();
        foreach (var field in element.EnumerateObject())
        {
            var at = Array.FindIndex(names, name => name.Equals(field.Name, StringComparison.OrdinalIgnoreCase));
            if (at < 0)
            {
                throw new InvalidDataException(
                    $"{File}: '{path}{Spelling.Shown(field.Name)}' is no field;{Spelling.Hint(field.Name, names)} allowed: "
                        + string.Join(", ", names.Select(name => path + name))
                );
            }
            CheckValue(field.Value, members[at].PropertyType, path + names[at]);
        }
    }

    private static void CheckValue(JsonElement value, Type type, string path)
    {
        // Nothing is said.
        if (value.ValueKind == JsonValueKind.Null && (Nullable.GetUnderlyingType(type) is not null || !IsSection(type)))
            return;
        var kind = Nullable.GetUnderlyingType(type) ?? type;
        if (kind == typeof(string))
        {
            Require(value, JsonValueKind.String, path, "a text");
        }
        else if (kind == typeof(float))
        {
            Require(value, JsonValueKind.Number, path, "a number");
        }
        else if (kind == typeof(int))
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out _))
                throw Wrong(value, path, "a whole number");
        }
        else if (kind.IsArray)
        {
            Require(value, JsonValueKind.Array, path, $"a list of {(kind == typeof(int[]) ? "whole numbers" : "numbers")}");
            foreach (var (n, item) in value.EnumerateArray().Index())
                CheckValue(item, kind.GetElementType()!, $"{path}[{n}]");
        }
        else if (kind.IsGenericType)
        {
            Require(value, JsonValueKind.Object, path, "an object of texts");
            foreach (var item in value.EnumerateObject())
                Require(item.Value, JsonValueKind.String, $"{path}.{Spelling.Shown(item.Name)}", "a text");
        }
        else
        {
            Check(value, kind, path + ".");
        }
    }

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && !type.IsArray && !type.IsGenericType;

    private static void Require(JsonElement value, JsonValueKind kind, string path, string allowed)
    {
        if (value.ValueKind != kind)
            throw Wrong(value, path.TrimEnd('.'), allowed);
    }

    private static InvalidDataException Wrong(JsonElement value, string path, string allowed) =>
        new($"{File}{(path.Length > 0 ? ": " + path : "")} is {Spelling.Shown(value.GetRawText())}; allowed: {allowed}");
}
