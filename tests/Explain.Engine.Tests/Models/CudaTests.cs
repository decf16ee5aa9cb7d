using Explain.Engine.Catalogue;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>What a build without CUDA says, and what ONNX Runtime's own words mean where there is no card.</summary>
public sealed class CudaTests
{
    [Theory]
    [InlineData(
        "Failed to load library /app/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: "
            + "No such file or directory",
        "the library libcublasLt.so.13 is missing"
    )]
    [InlineData(
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file",
        "the library libcuda.so.1 of NVIDIA's driver is missing"
    )]
    [InlineData(
        "Error loading \"C:\\app\\onnxruntime_providers_cuda.dll\" which depends on \"cublasLt64_13.dll\" which is missing.",
        "the library cublasLt64_13.dll is missing"
    )]
    [InlineData("CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=a", "there is no CUDA device")]
    [InlineData(
        "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0",
        "NVIDIA's driver is older than the CUDA of this build"
    )]
    [InlineData("Non-zero status code: cuDNN is not available in this environment", "cuDNN is missing or cannot be used")]
    [InlineData("something new", "ONNX Runtime cannot use it")]
    public void WhatIsMissingIsSaid(string text, string expected) => Assert.Equal(expected, Cuda.Describe(text));

    [Fact]
    public void ABuildForTheCpuSaysWhichBuildItTakes()
    {
        Assert.Equal("this build has none; it takes -p:OnnxRuntimeFlavor=Gpu", Cuda.WhyNot([0]));
        Assert.False(Cuda.IsBuiltIn);
    }

    [Fact]
    public void WhoInsistsOnCudaIsRefused()
    {
        var refusal = Assert.Throws<NotSupportedException>(() =>
            ModelCatalogue.Create(new EngineOptions { Device = Device.Cuda }, [], NullLogger.Instance)
        );
        Assert.Equal($"CUDA cannot be used here: {Cuda.WhyNot([0])}", refusal.Message);
    }

    [Theory]
    [InlineData(Device.Auto, true)]
    [InlineData(Device.Cpu, false)]
    public void OthersRunOnTheCpuAndAreToldIfTheyMightHaveHadCuda(Device device, bool told)
    {
        var log = new Lines();
        using var catalogue = ModelCatalogue.Create(new EngineOptions { Device = device }, [], log);
        Assert.Equal("cpu", catalogue.Provider);
        Assert.Equal(told ? [$"Information: CUDA cannot be used here: {Cuda.WhyNot([0])}; models run on the CPU"] : [], log);
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? failure, Func<TState, Exception?, string> text) =>
            Add($"{level}: {text(state, failure)}");
    }
}
