using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>What the sessions of a model run on.</summary>
/// <param name="AddTo">Lets sessions of such options run there.</param>
/// <param name="Memory">Where runs leave what only maps are made of; null where that is the memory of the host.</param>
internal sealed record RunDevice(Action<SessionOptions> AddTo, DeviceMemory? Memory) : IDisposable
{
    /// <summary>The processors of the host.</summary>
    public static RunDevice Cpu { get; } = new(_ => { }, null);

    /// <summary>A CUDA device. Its own memory is used where it gives on it what the host gives.</summary>
    /// <param name="device">Number of the device.</param>
    /// <param name="maxBytes">Limit for the memory of one session; 0 for none.</param>
    /// <param name="logger">Told why results are copied to the host in any case.</param>
    public static RunDevice Cuda(int device, long maxBytes, ILogger logger)
    {
        void AddTo(SessionOptions options) => Sessions.Cuda.AddTo(options, device, maxBytes);
        var memory = new DeviceMemory(
            new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, device, OrtMemType.Default),
            AddTo
        );
        if (DeviceTrial.WhyNot(memory, AddTo) is not { } reason)
            return new RunDevice(AddTo, memory);
        memory.Dispose();
        logger.LogWarning("Feature maps are copied from CUDA device {Device} before maps are made of them: {Reason}", device, reason);
        return new RunDevice(AddTo, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Memory?.Dispose();
}
