namespace Explain.Service.Endpoints;

/// <summary>The version of the API: what is said of it must not change with every build.</summary>
internal static class ApiVersion
{
    public const string Current = "1.0.0";
}
