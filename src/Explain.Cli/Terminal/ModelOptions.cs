using System.CommandLine;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Terminal;

/// <summary>Which model, and what runs it.</summary>
/// <param name="Path">Folder or file; null for the demo model.</param>
/// <param name="Device">What runs it.</param>
internal sealed record ModelChoice(string? Path, Device Device);

/// <summary>The options of every verb that asks a model.</summary>
internal sealed class ModelOptions
{
    /// <summary>Folder or file.</summary>
    public Option<string?> Path { get; } =
        new("--model", "-m")
        {
            Description = "Folder with a model.onnx, or an .onnx file (default: the demo model)",
            HelpName = "DIR|FILE.onnx",
        };

    /// <summary>What runs it.</summary>
    public Option<string> Device { get; } = DeviceOption();

    /// <summary>What is chosen on a command line.</summary>
    public ModelChoice Read(ParseResult parsed) => new(parsed.GetValue(Path), DeviceOf(parsed.GetValue(Device)!));

    /// <summary>The option alone, where the model is an argument.</summary>
    public static Option<string> DeviceOption()
    {
        var option = new Option<string>("--device")
        {
            Description = "What runs the model; auto: CUDA if it can be used",
            HelpName = "TEXT",
            DefaultValueFactory = _ => Name(Engine.Vocabulary.Device.Auto),
        };
        return option.AcceptOnlyFromAmong([.. Enum.GetValues<Device>().Select(Name)]);
    }

    /// <summary>The device of a name that the option accepts.</summary>
    public static Device DeviceOf(string name) => Enum.Parse<Device>(name, ignoreCase: true);

    private static string Name(Device device) => device.ToString().ToLowerInvariant();
}

/// <summary>The options of a verb that asks several models.</summary>
internal sealed class ModelsOptions
{
    private readonly Option<string[]> _paths = new("--model", "-m")
    {
        Description = "Folder with a model.onnx, or an .onnx file; several times for several models (default: the demo model)",
        HelpName = "DIR|FILE.onnx",
    };

    private readonly Option<string> _device = ModelOptions.DeviceOption();

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_paths, _device];

    /// <summary>What is chosen on a command line.</summary>
    public IReadOnlyList<ModelChoice> Read(ParseResult parsed) =>
        [
            .. (parsed.GetValue(_paths) ?? [])
                .DefaultIfEmpty<string?>(null)
                .Select(path => new ModelChoice(path, ModelOptions.DeviceOf(parsed.GetValue(_device)!))),
        ];
}
