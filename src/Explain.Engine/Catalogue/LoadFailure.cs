using Explain.Engine.Vocabulary;

namespace Explain.Engine.Catalogue;

/// <summary>What clients read of a load that failed, and what the log gets beside it.</summary>
internal static class LoadFailure
{
    /// <summary>Why it failed: one line, no paths of the machine, and no text but our own and that of the file system.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="folder">Where the model's files are, or null.</param>
    public static string Reason(Exception failure, string? folder)
    {
        if (!IsExplained(failure))
            return "reading the graph failed at something that nobody expected of it; the log of the service says where";
        var reason = failure.Message.ReplaceLineEndings(" ").Trim();
        return folder is null
            ? reason
            : reason
                .Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(folder, ".", StringComparison.Ordinal);
    }

    /// <summary>What the log should show beside the reason; null where the reason says all.</summary>
    public static Exception? Cause(Exception failure) => IsExplained(failure) ? failure.InnerException : failure;

    private static bool IsExplained(Exception failure) =>
        failure is InvalidDataException or NotSupportedException or ExplainException or IOException or UnauthorizedAccessException;
}
