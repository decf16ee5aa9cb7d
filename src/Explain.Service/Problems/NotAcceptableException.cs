namespace Explain.Service.Problems;

/// <summary>No format of the answer is one that the caller accepts.</summary>
internal sealed class NotAcceptableException(string message) : Exception(message);
