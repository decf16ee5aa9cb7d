using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Explain.Service.AuditTrail.Storage;

/// <summary>Why the database did not do what it was asked.</summary>
/// <param name="Kind">For clients: <c>disk-full</c>, <c>unreachable</c>, <c>read-only</c> or <c>failed</c>.</param>
/// <param name="Detail">For the log.</param>
/// <param name="OfTheData">Whether other rows may well be taken.</param>
internal sealed record AuditTrailFailure(string Kind, string Detail, bool OfTheData)
{
    private const int Constraint = 19;
    private const int TooBig = 18;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int ReadOnly = 8;

    /// <summary>Reads an exception of either provider.</summary>
    public static AuditTrailFailure Of(Exception exception) =>
        Innermost(exception) switch
        {
            SqliteException { SqliteErrorCode: Full } => new("disk-full", "the disk is full", false),
            SqliteException { SqliteErrorCode: CannotOpen } e => new("unreachable", e.Message, false),
            SqliteException { SqliteErrorCode: ReadOnly } e => new("read-only", e.Message, false),
            SqliteException e => new("failed", e.Message, e.SqliteErrorCode is Constraint or TooBig),
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new("disk-full", "the server's disk is full", false),
            // Classes 22 and 23: a value that cannot be stored, or that the rules of the tables forbid.
            PostgresException e => new(
                "failed",
                e.MessageText,
                e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal)
            ),
            DbException or TimeoutException or System.Net.Sockets.SocketException => new("unreachable", "it does not answer", false),
            IOException e => new("unreachable", e.Message, false),
            var e => new("failed", e.GetType().Name, false),
        };

    private static Exception Innermost(Exception exception)
    {
        for (var e = exception; ; e = e.InnerException)
        {
            if (e is SqliteException or PostgresException || e.InnerException is null)
                return e;
        }
    }
}
