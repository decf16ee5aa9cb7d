using System.Security.Cryptography;

namespace Explain.Service.Security;

/// <summary>The keys that are known now: those of the settings, and those of a file that may change while the service runs.</summary>
internal sealed class ApiKeys(SecuritySettings security)
{
    private volatile IReadOnlyList<ApiKey> _all = [.. security.Keys, .. security.KeyFile?.Keys ?? []];

    /// <summary>The key that was presented, or null.</summary>
    public ApiKey? Find(string presented)
    {
        var hash = ApiKey.HashOf(presented);
        ApiKey? found = null;
        // To the end, match or not: the time tells nothing.
        foreach (var key in _all)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash.Span))
                found = key;
        }
        return found;
    }

    /// <summary>The quota of a key; null for the general one.</summary>
    public int? QuotaOf(string name) => _all.FirstOrDefault(k => k.Name == name)?.RequestsPerMinute;

    /// <summary>Puts the keys of the file in the place of those it held before.</summary>
    public void Exchange(IReadOnlyList<ApiKey> ofFile) => _all = [.. security.Keys, .. ofFile];
}
