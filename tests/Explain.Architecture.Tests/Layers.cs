namespace Explain.Architecture.Tests;

/// <summary>A project and the order of its folders.</summary>
/// <param name="Project">The project.</param>
/// <param name="Folders">Folders from the ground up: each uses only those before it. The project's own folder is the empty name.</param>
internal sealed record Layering(string Project, IReadOnlyList<string> Folders);

/// <summary>The order of the house: projects and their folders look down only.</summary>
internal static class Layers
{
    /// <summary>Projects from the ground up; those of one row know each other not at all.</summary>
    // csharpier-ignore
    public static IReadOnlyList<IReadOnlyList<string>> Projects { get; } =
    [
        ["Explain.Autodiff", "Explain.Kernels"],
        ["Explain.Engine"],
        ["Explain.Demo", "Explain.Evaluation"],
        ["Explain.Service", "Explain.Cli"],
    ];

    /// <summary>The folders of each project, from the ground up.</summary>
    // csharpier-ignore
    public static IReadOnlyList<Layering> All { get; } =
    [
        new("Explain.Autodiff",
        [
            "Onnx", "Graphs", "Rewriting/Lifting", "Rewriting/Fused", "Rewriting", "Rules", "Backpropagation/ControlFlow", "Backpropagation", "Export",
        ]),
        new("Explain.Kernels", ["", "Blocked", "Deflate", "Images/ColorMaps", "Images", "Sampling", "LinearAlgebra", "Segmentation"]),
        new("Explain.Engine",
        [
            "Vocabulary", "Turns", "Telemetry", "Segmentation", "Images", "Inputs", "Objectives",
            "Models/Native", "Models/Sessions", "Models/Layouts", "Models/Reading", "Models/Scheduling", "Models",
            "Methods/Options", "Methods/Probing", "Methods/Layers", "Methods/Pixels", "Methods/Perturbation", "Methods/Tables", "Measures",
            "Parameters", "Targets/Outputs", "Targets", "Explaining", "Catalogue", "Answers", "Export", "Evaluation",
        ]),
        new("Explain.Demo", ["Scenes", ""]),
        new("Explain.Evaluation", ["Annotations", "Statistics", "Localization", "Randomization", "Clusters", "Drift"]),
        new("Explain.Cli",
        [
            "Terminal", "Image", "Inspect", "Methods", "Operators", "Export",
            "Jobs/Items", "Jobs/Output", "Jobs/Rows", "Jobs", "Batch", "Evaluate/Report", "Evaluate", "Evaluate/Errors", "Evaluate/Trust", "",
        ]),
        new("Explain.Service",
        [
            "Settings", "Endpoints", "Problems", "Security", "Requests", "Telemetry", "Bodies", "Limits",
            "AuditTrail/Storage", "AuditTrail/Migrations/Sqlite", "AuditTrail/Migrations/Postgres", "AuditTrail", "AuditTrail/Drift", "Caching",
            "Health", "Explaining", "Models", "Protocols/KServe", "Protocols/OpenInference", "Protocols/TorchServe", "Protocols",
            "Page", "Docs", "OpenApi", "",
        ]),
    ];
}
