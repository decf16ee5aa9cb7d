using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Explain.Service.Explaining;
using Explain.Service.Health;
using Explain.Service.Limits;
using Explain.Service.Models;
using Explain.Service.Protocols.KServe;
using Explain.Service.Protocols.OpenInference;
using Explain.Service.Protocols.TorchServe;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Explain.Service;

/// <summary>What the container holds.</summary>
internal static class Composition
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(15);

    public static IServiceCollection AddExplainEngine(this IServiceCollection services, ServiceSettings settings) =>
        services
            .AddSingleton(settings.Limits)
            .AddSingleton(settings.Bodies)
            .AddSingleton(settings.Telemetry)
            .AddSingleton(settings.Engine)
            .AddSingleton(ImageCodecs.Of(settings.ImageCodec))
            .AddSingleton(provider =>
                ModelCatalogue.Create(settings.Engine, settings.EmbeddedModels, provider.GetRequiredService<ILogger<ModelCatalogue>>())
            )
            .AddSingleton(settings.Uploads)
            .AddSingleton<ModelUploads>()
            .AddSingleton<QueueLengths>()
            .AddSingleton<Explainer>()
            .AddSingleton<FirstSteps>()
            .AddHostedService<ModelLoading>();

    public static IServiceCollection AddExplainAnswers(this IServiceCollection services) =>
        services
            .AddSingleton<BodyMemory>()
            .AddSingleton<AdmissionGate>()
            .AddSingleton<MemoryLimiter>()
            .AddSingleton<SendingMemory>()
            .AddSingleton<Admission>()
            .AddSingleton<QuestionReader>()
            .AddSingleton<AnswerMaker>()
            .AddSingleton<AnswerSource>()
            .AddSingleton<EventAnswers>()
            .AddSingleton<Readiness>()
            .AddSingleton<TensorAnswers>()
            .AddSingleton<RequestBody>()
            .AddSingleton<InstanceAnswers>()
            .AddSingleton<ImageAnswers>()
            .AddSingleton<ImageRequestReader>()
            .AddSingleton<ImageWriter>()
            .AddSingleton<AnswerWriter>()
            .ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));

    public static IServiceCollection AddDeadline(this IServiceCollection services, TimeSpan timeout) =>
        services
            .AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = timeout })
            // The last request that was accepted may take its whole time, and what was answered is written down then.
            .Configure<HostOptions>(host => host.ShutdownTimeout = timeout + Farewell);
}
