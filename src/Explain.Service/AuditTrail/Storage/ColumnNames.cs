using System.Text.RegularExpressions;

namespace Explain.Service.AuditTrail.Storage;

/// <summary>Names of columns.</summary>
internal static partial class ColumnNames
{
    /// <summary><c>ModelSha256</c> becomes <c>model_sha256</c>.</summary>
    public static string Of(string property) => WordStart().Replace(property, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
