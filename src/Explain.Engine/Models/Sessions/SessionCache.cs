using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// The open sessions of one model, by key. A session is shared by concurrent requests; the ones not used for longest make room for new
/// ones, and each is disposed of when the last request that uses it is done.
/// </summary>
internal sealed class SessionCache(int capacity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _clock;
    private bool _closed;

    /// <summary>
    /// Borrows the session for <paramref name="key"/>, opening it when it is not open. Concurrent borrowers of one key open it once.
    /// </summary>
    public Lease Borrow(string key, Func<InferenceSession> open)
    {
        Entry entry;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_entries.TryGetValue(key, out entry!))
                _entries[key] = entry = new Entry(new Lazy<InferenceSession>(open));
            entry.Users++;
            entry.LastUse = ++_clock;
        }
        try
        {
            var lease = new Lease(this, entry, open: entry.Session.IsValueCreated);
            // Only now: a session that does not open takes no other's place.
            lock (_gate)
                Evict(entry);
            return lease;
        }
        catch
        {
            lock (_gate)
            {
                if (_entries.GetValueOrDefault(key) == entry)
                    _entries.Remove(key);
            }
            throw;
        }
    }

    /// <summary>Closes what no request uses; the rest is closed as its requests end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var entry in _entries.Values)
                Retire(entry);
            _entries.Clear();
        }
    }

    private void Evict(Entry newest)
    {
        while (_entries.Count > capacity)
        {
            var (key, oldest) = _entries.Where(e => e.Value != newest).MinBy(e => e.Value.LastUse);
            _entries.Remove(key);
            Retire(oldest);
        }
    }

    private static void Retire(Entry entry)
    {
        entry.Retired = true;
        if (entry.Users == 0)
            entry.Close();
    }

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users == 0 && entry.Retired)
                entry.Close();
        }
    }

    internal sealed class Entry(Lazy<InferenceSession> session)
    {
        public Lazy<InferenceSession> Session { get; } = session;

        public int Users { get; set; }

        public long LastUse { get; set; }

        public bool Retired { get; set; }

        public void Close()
        {
            if (Session.IsValueCreated)
                Session.Value.Dispose();
        }
    }

    /// <summary>The right to use a session until disposed.</summary>
    internal sealed class Lease(SessionCache cache, Entry entry, bool open) : IDisposable
    {
        private int _returned;

        /// <summary>Whether the session was open before it was borrowed.</summary>
        public bool WasOpen { get; } = open;

        public InferenceSession Session { get; } = entry.Session.Value;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                cache.Return(entry);
        }
    }
}
