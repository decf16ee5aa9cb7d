using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;
using Explain.Service.Security;

namespace Explain.Service.AuditTrail;

/// <summary>Notes what operators do, and what came of it, in the log and in the trail.</summary>
internal sealed class AdminActions(AuditTrailStatus status, AuditTrailQueue queue, TimeProvider clock, ILogger<AdminActions> logger)
{
    private const string Done = "done";

    /// <summary>Does something and notes it, whether it fails or not.</summary>
    /// <param name="http">The request.</param>
    /// <param name="action">What: <c>load</c>, <c>unload</c>, <c>upload</c>, <c>delete-model</c> or <c>delete</c>.</param>
    /// <param name="subject">To what.</param>
    /// <param name="work">Does it.</param>
    public async Task<T> RunAsync<T>(HttpContext http, string action, string subject, Func<Task<T>> work)
    {
        var outcome = "failed";
        try
        {
            var result = await work();
            outcome = Done;
            return result;
        }
        catch (Exception e) when (e is ExplainException or ProblemException)
        {
            outcome = e.Message;
            throw;
        }
        finally
        {
            Note(http, action, subject, outcome);
        }
    }

    private void Note(HttpContext http, string action, string subject, string outcome)
    {
        var (caller, now) = (Caller.NameOf(http.User), clock.GetUtcNow());
        logger.LogInformation(
            "{Action} {Subject} by {Caller}: {Outcome}",
            action,
            subject,
            caller is null ? "somebody without a name" : $"the {caller.Kind} {caller.Name}",
            outcome
        );
        if (status.Off is not null)
            return;
        queue.Add(
            new AdminActionEntry(
                new AdminActionRow
                {
                    Id = Guid.CreateVersion7(now).ToString("N"),
                    Time = now.UtcDateTime,
                    RequestId = http.TraceIdentifier,
                    Caller = caller?.Name,
                    CallerKind = caller?.Kind,
                    CallerIssuer = caller?.Issuer,
                    Action = action,
                    Subject = subject,
                    Outcome = outcome,
                }
            )
        );
    }
}
