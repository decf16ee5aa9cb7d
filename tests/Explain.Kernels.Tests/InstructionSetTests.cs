using System.Runtime.Intrinsics;

namespace Explain.Kernels.Tests;

/// <summary>Proves, inside a lane started by <see cref="InstructionSetLaneTests"/>, that the lane is what it claims to be.</summary>
public class InstructionSetTests
{
    /// <summary>Names the instruction set that must be off in this process; unset in an ordinary run.</summary>
    public const string ExpectOff = "EXPLAIN_EXPECT_OFF";

    [Fact]
    public void TheInstructionSetThatTheLaneSwitchesOffIsOff()
    {
        var name = Environment.GetEnvironmentVariable(ExpectOff);
        if (name is not null)
            Assert.False(IsOn(name), $"{name} is still on: the switch of this lane does nothing on this runtime.");
    }

    public static bool IsOn(string name) =>
        name switch
        {
            "Avx512" => Vector512.IsHardwareAccelerated,
            "Avx2" => Vector256.IsHardwareAccelerated,
            "HWIntrinsic" => Vector128.IsHardwareAccelerated,
            _ => throw new ArgumentException($"No lane is called {name}.", nameof(name)),
        };
}
