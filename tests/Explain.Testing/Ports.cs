using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Explain.Testing;

/// <summary>Ports for the servers that tests start, several test programs at once.</summary>
public static class Ports
{
    // Below those that systems give to connections by themselves: none is taken between its choice and its use.
    private const int First = 15_000,
        Last = 30_000;

    // Held until this program ends: no test beside it chooses the same.
    private static readonly ConcurrentBag<FileStream> Held = [];

    /// <summary>A port nobody listens on, on the loopback device, and nobody else is given.</summary>
    /// <exception cref="InvalidOperationException">None is left.</exception>
    public static int Free()
    {
        for (var tries = 0; tries < Last - First; tries++)
        {
            var port = Random.Shared.Next(First, Last);
            try
            {
                Held.Add(
                    new FileStream(
                        Path.Combine(Path.GetTempPath(), $"explain-port-{port}"),
                        FileMode.OpenOrCreate,
                        FileAccess.ReadWrite,
                        FileShare.None,
                        bufferSize: 1,
                        FileOptions.DeleteOnClose
                    )
                );
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
            {
                // Somebody else's.
            }
        }
        throw new InvalidOperationException($"no port from {First} to {Last} is free");
    }
}
