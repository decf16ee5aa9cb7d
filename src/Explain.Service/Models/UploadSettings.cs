using Explain.Service.Settings;

namespace Explain.Service.Models;

/// <summary>Where models go that callers send, and how much of them.</summary>
/// <param name="Directory">Where; null where none may be sent.</param>
/// <param name="MaxBytes">The largest model, all files together.</param>
/// <param name="MaxModels">How many there may be.</param>
internal sealed record UploadSettings(string? Directory, long MaxBytes, int MaxModels)
{
    /// <summary>Reads the section <c>Uploads</c>.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="models">The directory of the models that nobody sends.</param>
    public static UploadSettings Read(SettingsReader reader, string? models)
    {
        var directory = reader.Directory(
            "Directory",
            "Where models go that callers of the scope `models:admin` send; none may be sent without."
        );
        if (directory is not null && models is not null && (IsIn(directory, models) || IsIn(models, directory)))
            reader.Refuse("Directory", directory, "a directory that is neither the ModelsDirectory nor in it nor around it");
        return new UploadSettings(
            directory,
            reader.Whole("MaxBytes", 1L << 30, 1024, 1L << 40, "The largest model that may be sent, all its files together; beyond: 413."),
            (int)reader.Whole("MaxModels", 16, 1, 10_000, "How many models may be there; beyond: 409.")
        );
    }

    private static bool IsIn(string path, string directory) => Whole(path).StartsWith(Whole(directory), StringComparison.Ordinal);

    private static string Whole(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + Path.DirectorySeparatorChar;
}
