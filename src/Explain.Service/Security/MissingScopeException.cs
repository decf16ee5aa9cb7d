namespace Explain.Service.Security;

/// <summary>What a request asks for takes a scope besides that of its route, and the caller lacks it.</summary>
internal sealed class MissingScopeException(string what, Scope scope) : Exception($"{what} takes the scope {scope.Name()}");
