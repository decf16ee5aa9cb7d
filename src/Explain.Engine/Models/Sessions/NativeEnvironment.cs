using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>ONNX Runtime in this process: made once, before the first session.</summary>
internal static class NativeEnvironment
{
    private static volatile string _lastError = "";

    // Kept alive: native code calls it.
    private static readonly DOrtLoggingFunction Listener = (_, _, _, _, _, message) => _lastError = message;

    private static readonly Lazy<OrtEnv> Made = new(Make);

    /// <summary>Makes it, unless it is there.</summary>
    public static void Start() => _ = Made.Value;

    /// <summary>The execution providers that are built in.</summary>
    public static IReadOnlyList<string> Providers => Made.Value.GetAvailableProviders();

    /// <summary>
    /// What ONNX Runtime logged last, and did not print: why a provider's library cannot be loaded is there and in no exception.
    /// </summary>
    public static string LastError => _lastError;

    private static OrtEnv Make()
    {
        try
        {
            var options = new EnvironmentCreationOptions { logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, loggingFunction = Listener };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // The host has used it before: it logs as the host wants it.
        }
        // One arena for the process: those of single sessions each keep what their largest run took.
        const int AsMuchAsAsked = 1;
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var arena = new OrtArenaCfg(0, AsMuchAsAsked, -1, -1);
        OrtEnv.Instance().CreateAndRegisterAllocator(memory, arena);
        return OrtEnv.Instance();
    }
}
