using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to requests with binary tensors: the lengths they announce, the shapes, the bytes.</summary>
internal static partial class TensorMutators
{
    private const string Header = "Inference-Header-Content-Length";

    private static readonly string[] Numbers =
    [
        "-1",
        "0",
        "1",
        "2",
        "00012",
        "+5",
        " 7",
        "3.0",
        "1e3",
        "0x10",
        "4294967296",
        "2147483647",
        "2147483648",
        "-2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999",
        "",
        "null",
        "\"20\"",
        "[20]",
        "true",
        "576",
        "596",
        "3072",
        "3071",
        "3076",
    ];

    // csharpier-ignore
    private static readonly string[] Shapes =
    [
        "[]", "[0]", "[0,3,16,16]", "[-1,3,16,16]", "[1,3,16,17]", "[2,3,16,16]", "[4294967296,4294967296]", "[4294967297,3,16,16]", "[9223372036854775807,3,16,16]", "[1,3,256]", "[768]", "[1,3,16,16,1]", "[1,3,0,16]", "[3037000500,3037000500]",
        "[65536,65536,65536,65536]", "[1.0,3,16,16]", "[\"1\",3,16,16]", "[1000000000]", "null", "1", "[[1,3,16,16]]", "[12345678901234567890]",
    ];

    private static readonly uint[] Lengths = [0, 1, 3, 0x7FFF_FFFF, 0x8000_0000, uint.MaxValue, uint.MaxValue - 3, 65_536];
    private static readonly float[] Floats =
    [
        float.NaN,
        float.PositiveInfinity,
        float.NegativeInfinity,
        float.MaxValue,
        float.MinValue,
        float.Epsilon,
        -0f,
        1e30f,
        1e-40f,
    ];

    /// <summary>Whether there are any.</summary>
    public static bool Applies(HostileRequest request) => request[Header] is not null;

    /// <summary>Damages a request.</summary>
    public static HostileRequest Mutate(HostileRequest request, Random random)
    {
        // What was damaged before may be shorter than it says.
        var length = int.TryParse(request[Header], out var announced) ? Math.Clamp(announced, 0, request.Body.Length) : 0;
        var (json, tensors) = (Encoding.UTF8.GetString(request.Body[..length]), request.Body[length..]);
        return random.Next(9) switch
        {
            0 => request.With(Header, Pick(Numbers)),
            1 => request.With(Header, $"{length + random.Next(-3, 4)}"),
            2 => request.With(Header, null),
            3 => request with { Headers = [.. request.Headers, (Header, Pick(Numbers))] },
            4 => Joined(Sizes().Replace(json, m => $"\"binary_data_size\":{Pick(Numbers)}", 1), tensors),
            5 => Joined(ShapeTexts().Replace(json, m => $"\"shape\":{Pick(Shapes)}", 1), tensors),
            6 => Joined(Encoding.UTF8.GetString(JsonMutators.Mutate(Encoding.UTF8.GetBytes(json), random)), tensors),
            7 when tensors.Length >= 4 => Joined(json, Number(tensors)),
            _ => Joined(json, ByteMutators.Mutate(tensors, random)),
        };

        string Pick(string[] texts) => texts[random.Next(texts.Length)];

        HostileRequest Joined(string header, byte[] rest)
        {
            var bytes = Encoding.UTF8.GetBytes(header);
            return (length == 0 ? request : request.With(Header, $"{bytes.Length}")) with { Body = [.. bytes, .. rest] };
        }

        byte[] Number(byte[] bytes)
        {
            var changed = bytes.ToArray();
            // The length of the first element, or any number.
            if (random.Next(2) == 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(changed, Lengths[random.Next(Lengths.Length)]);
            }
            else
            {
                BinaryPrimitives.WriteSingleLittleEndian(
                    changed.AsSpan(random.Next(changed.Length / 4) * 4),
                    Floats[random.Next(Floats.Length)]
                );
            }

            return changed;
        }
    }

    [GeneratedRegex("\"binary_data_size\":[0-9]+")]
    private static partial Regex Sizes();

    [GeneratedRegex("\"shape\":\\[[0-9,]*\\]")]
    private static partial Regex ShapeTexts();
}
