namespace Explain.Service.Settings;

/// <summary>What there is to know of a setting: a line of the page of settings.</summary>
/// <param name="Path">Its whole key, with the index 0 in a list.</param>
/// <param name="Default">What holds when it is not set, in words.</param>
/// <param name="Allowed">What it may be, in words.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record Setting(string Path, string Default, string Allowed, string Meaning);
