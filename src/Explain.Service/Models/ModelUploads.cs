using System.Globalization;
using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Explain.Service.Problems;

namespace Explain.Service.Models;

/// <summary>
/// Models that callers send. Each is a folder of versions: a new one is written apart, tried out, and put beside the old one in one step;
/// the old one answers until the new one does, and lies there until the next comes.
/// </summary>
internal sealed class ModelUploads
{
    // No model: what is in it has no name of one.
    private const string Apart = ".incoming";
    private const string File = "model.onnx";

    private readonly UploadSettings _settings;
    private readonly ModelCatalogue _catalogue;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);

    public ModelUploads(UploadSettings settings, ModelCatalogue catalogue)
    {
        (_settings, _catalogue) = (settings, catalogue);
        // What was on its way when the service ended.
        if (settings.Directory is not null && Directory.Exists(PathOf(Apart)))
            Directory.Delete(PathOf(Apart), recursive: true);
    }

    /// <summary>Takes a model and serves it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="request">Its files.</param>
    /// <returns>Whether there was none of this name.</returns>
    /// <exception cref="ExplainException">The body is wrong, or too large.</exception>
    /// <exception cref="ProblemException">The name is taken, or the model cannot be served.</exception>
    public async Task<bool> PutAsync(string name, HttpRequest request)
    {
        RequireName(name);
        using var hold = Hold(name, adds: true);
        var isNew = !Directory.Exists(PathOf(name));
        var version = (isNew ? 0 : Versions(name).DefaultIfEmpty(0).Max()) + 1;
        var folder = Path.Combine(PathOf(Apart), $"upload-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            await new UploadedFiles(folder, _settings.MaxBytes).WriteAsync(request);
            var source = ModelSource.FromPath(folder) with { Name = name, Version = Text(version) };
            if (await _catalogue.WhyNotAsync(source, request.HttpContext.RequestAborted) is { } reason)
                throw new ProblemException(Problem.ModelRefused($"model '{name}' could not be loaded: {reason}"));
            await ServeAsync(name, version, folder);
            return isNew;
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Takes a model out of service and deletes its files.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/>.</exception>
    /// <exception cref="ProblemException">It is none that was sent, or is being sent.</exception>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        RequireName(name);
        using var hold = Hold(name, adds: false);
        if (!Directory.Exists(PathOf(name)))
            throw new ExplainException(ExplainError.ModelNotFound, $"no model '{name}' was sent to this service");
        await _catalogue.RemoveAsync(name, cancellation);
        Directory.Delete(PathOf(name), recursive: true);
        return true;
    }

    // From here on nobody's leaving ends it.
    private async Task ServeAsync(string name, long version, string folder)
    {
        var served = Path.Combine(PathOf(name), Text(version));
        Directory.CreateDirectory(PathOf(name));
        Directory.Move(folder, served);
        try
        {
            await _catalogue.LoadAsync(name, CancellationToken.None);
        }
        catch
        {
            Directory.Delete(served, recursive: true);
            if (version == 1)
            {
                await _catalogue.RemoveAsync(name, CancellationToken.None);
                Directory.Delete(PathOf(name));
            }

            throw;
        }
        // Requests that began with the last one may still read its weights.
        foreach (var old in Versions(name).Where(v => v < version - 1))
            Directory.Delete(Path.Combine(PathOf(name), Text(old)), recursive: true);
    }

    private void RequireName(string name)
    {
        if (_settings.Directory is null)
            throw new ProblemException(Problem.Of(404, "Models cannot be sent to this service: Explain:Uploads:Directory is not set."));
        if (!UploadedFiles.IsName(name))
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"a model may not be called '{Spelling.Shown(name)}'; allowed are 1 to 100 letters, digits, '.', '_' and '-', the first "
                    + "neither '.' nor '-'"
            );
        }
    }

    private Busy Hold(string name, bool adds)
    {
        lock (_lock)
        {
            if (_busy.Contains(name))
                throw Conflict($"model '{name}' is being sent or deleted by another request");
            if (!Directory.Exists(PathOf(name)) && _catalogue.Status.Any(s => s.Name == name))
                throw Conflict($"model '{name}' is one of the service's own, which are not replaced or deleted by requests");
            if (adds && Names().Union(_busy).Append(name).Distinct().Count() > _settings.MaxModels)
                throw Conflict($"there are {_settings.MaxModels} models already, as many as may be sent: delete one");
            _busy.Add(name);
        }
        return new Busy(this, name);
    }

    private IEnumerable<string> Names() =>
        Directory.EnumerateDirectories(_settings.Directory!).Select(d => Path.GetFileName(d)!).Where(n => n != Apart);

    private IEnumerable<long> Versions(string name) =>
        Directory
            .EnumerateDirectories(PathOf(name))
            .Where(v => System.IO.File.Exists(Path.Combine(v, File)))
            .Select(v => long.TryParse(Path.GetFileName(v), CultureInfo.InvariantCulture, out var number) ? number : 0);

    private string PathOf(string name) => Path.Combine(_settings.Directory!, name);

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static ProblemException Conflict(string message) => new(Problem.Conflict(message));

    private sealed class Busy(ModelUploads uploads, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (uploads._lock)
                uploads._busy.Remove(name);
        }
    }
}
