using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to JSON, in its structure and in its text.</summary>
internal static class JsonMutators
{
    private const string Mark = "@mark@";

    // csharpier-ignore
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "\"\"", "\"x\"", "[]", "{}", "[[]]", "[null]", "[1,[2]]", "{\"a\":1}", "1.5", "1e308", "1e400", "-1e400", "1e-400", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "123456789012345678901234567890123456789012345678901234567890", "0.1e1", "2147483648", "4294967296", "\"NaN\"", "\"Infinity\"", "\"1\"", "\"../../etc/passwd\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"",
        "\"\\ud83d\\ude00\"", "\"a\\r\\nX-Injected: 1\"", "\"\u202e\u0661\"", "\"%00%ff\"", "\"predicted\"", "\"top:99999999999\"", "\"input\"", "\"all\"", "\"BYTES\"", "\"INT64\"", "\"FP64\"", "\"FP16\"", "\"BOOL\"", "[4294967296,4294967296]",
        "[9223372036854775807,2]", "[-1,3]", "[0]", "[1,3,16,16]", "[1e2]",
        // What JSON does not have.
        "NaN", "-Infinity", "Infinity", "undefined", "01", "1.", ".5", "+1", "0x10", "'x'", "\"\\x41\"", "\"\\ud8\"", "\"\u0001\"", "\"", "{", "]", "", ",", "/* */1", "1//\n",
    ];

    private static readonly string[] Names =
    [
        "",
        "image",
        "b64",
        "parameters",
        "inputs",
        "instances",
        "data",
        "shape",
        "target",
        "__proto__",
        "$ref",
        "$id",
        "$type",
        "a b",
        "\\ud800",
        "\\u0000",
        "x\\\"y",
        "Image",
        "timeout",
    ];

    /// <summary>Damages a document; what is no JSON is damaged as bytes.</summary>
    public static byte[] Mutate(byte[] json, Random random)
    {
        if (random.Next(4) == 0 || Parse(json) is not { } root)
            return Text(json, random);
        var all = new List<(JsonNode Parent, object Key)>();
        Walk(root, all);
        if (all.Count == 0)
            return Text(json, random);
        // Leaves are many, what holds them is few: half of the time a member of an object.
        var members = all.Where(n => n.Key is string).ToArray();
        var (parent, key) = members.Length > 0 && random.Next(4) > 0 ? members[random.Next(members.Length)] : all[random.Next(all.Count)];
        switch (random.Next(7))
        {
            case 0 when key is string name:
                parent.AsObject().Remove(name);
                return Bytes(root, "");
            case 1 when key is string name:
                var value = parent[name]?.DeepClone();
                parent.AsObject().Remove(name);
                parent.AsObject()[Mark] = value;
                return Encoding.UTF8.GetBytes(
                    root.ToJsonString().Replace(Mark, Names[random.Next(Names.Length)], StringComparison.Ordinal)
                );
            case 2 when key is string name:
                var twice = parent[name]?.ToJsonString() ?? "null";
                Put(parent, key, Mark);
                return Bytes(
                    root,
                    $"{twice},{JsonSerializer.Serialize(name)}:{(random.Next(2) == 0 ? twice : Values[random.Next(Values.Length)])}"
                );
            case 3:
                var depth = random.Next(2) == 0 ? random.Next(2, 70) : random.Next(1000, 60_000);
                var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
                Put(parent, key, Mark);
                return Bytes(
                    root,
                    string.Concat(Enumerable.Repeat(open, depth))
                        + "1"
                        + (random.Next(3) == 0 ? "" : string.Concat(Enumerable.Repeat(close, depth)))
                );
            case 4 when key is int index && parent.AsArray() is var list:
                if (random.Next(2) == 0)
                {
                    list.RemoveAt(index);
                }
                else
                {
                    for (var i = random.Next(1, 100); i > 0; i--)
                        list.Add(list[index]?.DeepClone());
                }

                return Bytes(root, "");
            case 5 when all[random.Next(all.Count)] is var other:
                var moved = (other.Key is string from ? other.Parent[from] : other.Parent[(int)other.Key])?.ToJsonString() ?? "null";
                Put(parent, key, Mark);
                return Bytes(root, moved);
            default:
                Put(parent, key, Mark);
                return Bytes(root, Values[random.Next(Values.Length)]);
        }
    }

    private static byte[] Text(byte[] json, Random random)
    {
        var at = random.Next(json.Length + 1);
        return random.Next(8) switch
        {
            0 => [.. json[..at], 0xC3, 0x28, .. json[at..]],
            1 => [.. json[..at], 0xED, 0xA0, 0x80, .. json[at..]],
            2 => [.. json[..at], .. "\\ud800"u8, .. json[at..]],
            3 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(json)),
            4 => [0xEF, 0xBB, 0xBF, .. json],
            5 => [.. json, .. random.Next(2) == 0 ? "{}"u8 : "\0"u8],
            6 => Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]),
            _ => ByteMutators.Mutate(json, random),
        };
    }

    private static byte[] Bytes(JsonNode root, string marked) =>
        Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", marked, StringComparison.Ordinal));

    private static void Put(JsonNode parent, object key, string value)
    {
        if (key is string name)
            parent[name] = value;
        else
            parent[(int)key] = value;
    }

    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            using var document = StrictJson.Parse(json);
            return JsonNode.Parse(document.RootElement.GetRawText());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Walk(JsonNode? node, List<(JsonNode, object)> all)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, child) in members)
            {
                all.Add((members, name));
                Walk(child, all);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                all.Add((items, i));
                Walk(items[i], all);
            }
        }
    }
}
