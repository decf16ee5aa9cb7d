namespace Explain.Engine.Methods;

/// <summary>What methods that sample may do.</summary>
/// <param name="Seed">Seed of everything random.</param>
internal sealed record Sampling(int Seed);
