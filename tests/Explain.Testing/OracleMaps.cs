namespace Explain.Testing;

/// <summary>
/// The reference maps of layers, by the names of their files, and the requests that give them: parameters by their names in the API.
/// </summary>
public static class OracleMaps
{
    /// <summary>Maps that are defined to the last digit.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All { get; } =
        Table(
            ("GradCAM", "method=gradcam compat=pytorch-grad-cam"),
            ("GradCAMPlusPlus", "method=gradcam++ compat=pytorch-grad-cam"),
            ("XGradCAM", "method=xgradcam compat=pytorch-grad-cam"),
            ("LayerCAM", "method=layercam compat=pytorch-grad-cam"),
            ("HiResCAM", "method=hirescam compat=pytorch-grad-cam"),
            ("GradCAMElementWise", "method=gradcam-elementwise compat=pytorch-grad-cam"),
            ("FEM", "method=fem compat=pytorch-grad-cam"),
            ("ShapleyCAM", "method=shapleycam compat=pytorch-grad-cam"),
            ("ShapleyCAM_ReST", "method=shapleycam compat=pytorch-grad-cam score=rest"),
            ("FinerCAM", "method=finercam compat=pytorch-grad-cam"),
            ("GradCAM_softmax", "method=gradcam compat=pytorch-grad-cam score=probability"),
            ("torchcam.CAM", "method=cam compat=torch-cam"),
            ("torchcam.GradCAM", "method=gradcam compat=torch-cam"),
            ("torchcam.GradCAMpp", "method=gradcam++ compat=torch-cam"),
            ("torchcam.XGradCAM", "method=xgradcam compat=torch-cam"),
            ("torchcam.LayerCAM", "method=layercam compat=torch-cam")
        );

    /// <summary>Maps that are principal components, whose sign is whatever the library's decomposition gave.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Components { get; } =
        Table(
            ("EigenCAM", "method=eigencam compat=pytorch-grad-cam"),
            ("EigenGradCAM", "method=eigengradcam compat=pytorch-grad-cam"),
            ("SegEigenCAM", "method=segeigencam compat=pytorch-grad-cam"),
            ("KPCA_CAM", "method=kpcacam compat=pytorch-grad-cam"),
            ("GradCAM_eigen_smooth", "method=gradcam compat=pytorch-grad-cam smooth=eigen"),
            ("LayerCAM_eigen_smooth", "method=layercam compat=pytorch-grad-cam smooth=eigen")
        );

    /// <summary>How far values are from the reference's, relative L2.</summary>
    public static double Distance(float[] expected, float[] found) =>
        expected.Length != found.Length
            ? double.PositiveInfinity
            : Math.Sqrt(
                expected.Zip(found, (a, b) => Math.Pow((double)a - b, 2)).Sum() / Math.Max(expected.Sum(v => (double)v * v), double.Epsilon)
            );

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Table(params (string File, string Parameters)[] rows) =>
        rows.ToDictionary(
            r => r.File,
            IReadOnlyDictionary<string, string> (r) =>
                r.Parameters.Split(' ').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1])
        );
}
