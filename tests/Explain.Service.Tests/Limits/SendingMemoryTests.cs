using System.Net;
using Explain.Service.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Tests.Limits;

/// <summary>Answers that are being sent share a memory, and who has most of it gives way.</summary>
public sealed class SendingMemoryTests
{
    private readonly SendingMemory _memory = new(
        new LimitSettings
        {
            Places = 1,
            QueueLimit = 1,
            ImageMemoryBytes = 1,
            AnswerMemoryBytes = 1000,
            MaxPasses = 1,
            MaxImagePixels = 1,
        }
    );

    [Fact]
    public void TheCallerWithMostLosesTheOldestOfTheirs()
    {
        var first = Held("192.0.2.1", 300);
        var second = Held("192.0.2.1", 300);
        var other = Held("192.0.2.2", 350);
        Assert.All([first, second, other], http => Assert.False(Ended(http)));

        var third = Held("192.0.2.3", 100);
        Assert.Equal([true, false, false, false], new[] { first, second, other, third }.Select(Ended));

        // An answer may end itself.
        var greedy = Held("192.0.2.4", 900);
        Assert.Equal([false, false, false, true], new[] { second, other, third, greedy }.Select(Ended));
    }

    [Fact]
    public async Task WhatIsSentMakesRoom()
    {
        var first = Held("192.0.2.1", 900);
        await Completed(first);
        Assert.False(Ended(Held("192.0.2.1", 900)));
        Assert.False(Ended(first));
    }

    [Fact]
    public void OneThatIsTooLargeForAllIsSentAlone()
    {
        var large = Held("192.0.2.1", 5000);
        Assert.False(Ended(large));
        Held("192.0.2.2", 10);
        Assert.True(Ended(large));
    }

    private DefaultHttpContext Held(string address, long bytes)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        http.Features.Set<IHttpResponseFeature>(new Response());
        http.Features.Set<IHttpRequestLifetimeFeature>(new Connection());
        _memory.Hold(http, bytes);
        return http;
    }

    private static bool Ended(HttpContext http) => ((Connection)http.Features.Get<IHttpRequestLifetimeFeature>()!).Ended;

    private static Task Completed(HttpContext http) => ((Response)http.Features.Get<IHttpResponseFeature>()!).CompletedAsync();

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool Ended { get; private set; }

        public void Abort() => Ended = true;
    }

    // The default one forgets what is to be done at the end.
    private sealed class Response : HttpResponseFeature
    {
        private readonly List<Func<Task>> _ends = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => _ends.Add(() => callback(state));

        public Task CompletedAsync() => Task.WhenAll(_ends.Select(end => end()));
    }
}
