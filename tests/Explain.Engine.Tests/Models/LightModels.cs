using System.Runtime.InteropServices;
using Explain.Autodiff.Graphs;
using Google.Protobuf;

namespace Explain.Engine.Tests.Models;

/// <summary>Famous networks whose weights nodes fill.</summary>
internal static class LightModels
{
    private const long Hidden = 4096;
    private const long Few = 64;

    /// <summary>
    /// The network with 64 units in the place of 4096: in three of them the matrices between those have most of the weights, and take most
    /// of the time in which sessions are opened.
    /// </summary>
    public static Graph Narrow(string file)
    {
        var graph = Graph.Parse(File.ReadAllBytes(file));
        foreach (var fill in graph.Nodes.Where(n => n.OpType == "ConstantOfShape"))
        {
            var shape = graph.Constant(fill.Input[0])!;
            long[] narrow = [.. Tensors.ReadInts(shape)!.Select(extent => extent == Hidden ? Few : extent)];
            shape.Int64Data.Clear();
            shape.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(narrow));
        }
        return graph;
    }
}
