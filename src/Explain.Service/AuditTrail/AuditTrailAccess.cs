using System.Security.Claims;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;
using Explain.Service.Security;

namespace Explain.Service.AuditTrail;

/// <summary>Who sees what of the trail: callers their own, those with the scope <c>audit:read</c> and an open service all of it.</summary>
internal sealed class AuditTrailAccess(SecuritySettings security)
{
    /// <summary>Those of some explanations that a caller may see. Of whoever comes with a signed link, the link has said so.</summary>
    public IQueryable<ExplanationRow> Visible(ClaimsPrincipal caller, IQueryable<ExplanationRow> rows)
    {
        if (SeesAll(caller) || SignedLinkHandler.Knows(caller))
            return rows;
        var own = Caller.NameOf(caller) ?? throw new InvalidOperationException("nobody gets here without a name");
        return rows.Where(e => e.Caller == own.Name && e.CallerKind == own.Kind && e.CallerIssuer == own.Issuer);
    }

    /// <summary>Refuses to look for the explanations of others.</summary>
    /// <exception cref="ProblemException">The question names another caller.</exception>
    public void RequireOwn(ClaimsPrincipal caller, AuditTrailQuery query)
    {
        if (query.Caller is { } other && !SeesAll(caller) && Caller.NameOf(caller)?.Name != other)
            throw new ProblemException(Problem.Of(403, $"explanations of other callers take the scope {Scope.AuditRead.Name()}"));
    }

    private bool SeesAll(ClaimsPrincipal caller) => security.IsOpen || caller.Has(Scope.AuditRead);
}
