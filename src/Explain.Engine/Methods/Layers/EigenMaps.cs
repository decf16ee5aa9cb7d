using System.Numerics.Tensors;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.LinearAlgebra;

namespace Explain.Engine.Methods.Layers;

/// <summary>The methods that project feature maps onto their first component.</summary>
internal static class EigenMaps
{
    // The kernel matrix of so many positions takes 134 MB.
    private const int MostPositions = 64 * 64;

    /// <summary>Feature maps whose kernel matrix is not too large.</summary>
    public static readonly Requirement FewPositions = new(null, (model, layer) =>
        model.Description.Layers.FirstOrDefault(l => l.Name == layer) is { } l && l.Height * l.Width > MostPositions
            ? $"the feature maps of '{layer}' have {l.Height}×{l.Width} places, "
                + $"and the kernel compares each with each; possible are {MostPositions}"
            : null
    );

    /// <summary>The component of A (Eigen-CAM).</summary>
    public static Attribution OfActivations(Probe probe) => Projected(probe.Activation.Values, probe.Activation, SignOf(probe));

    /// <summary>The component of G·A (EigenGrad-CAM).</summary>
    public static Attribution OfProducts(Probe probe)
    {
        var product = new float[probe.Activation.Values.Length];
        TensorPrimitives.Multiply(probe.Gradient.Values, probe.Activation.Values, product);
        return Projected(product, probe.Activation, SignOf(probe));
    }

    /// <summary>The component of |G|·A, negated where its negative side is the larger one (SegEigenCAM).</summary>
    public static Attribution OfMagnitudes(Probe probe)
    {
        var product = new float[probe.Activation.Values.Length];
        TensorPrimitives.Abs(probe.Gradient.Values, product);
        TensorPrimitives.Multiply(product, probe.Activation.Values, product);
        return Projected(product, probe.Activation, ComponentSign.LargestPositive);
    }

    /// <summary>The kernel principal component of A (KPCA-CAM).</summary>
    public static Attribution Kernel(Probe probe)
    {
        var activation = probe.Activation;
        var map = new float[activation.Area];
        KernelPrincipalComponent.Project(activation.Values, activation.Channels, SignOf(probe), map);
        return new Attribution(null, activation.Height, activation.Width, map);
    }

    /// <summary>The component of what the channels contribute.</summary>
    /// <param name="contributions">[C, h·w].</param>
    /// <param name="like">The feature maps.</param>
    /// <param name="sign">Which sign.</param>
    public static Attribution Projected(ReadOnlySpan<float> contributions, FeatureMaps like, ComponentSign sign)
    {
        var map = new float[like.Area];
        PrincipalComponent.Project(contributions, like.Channels, sign, map);
        return new Attribution(null, like.Height, like.Width, map);
    }

    /// <summary>
    /// Ours means something; that of the libraries is whatever their decomposition gives, for which the largest value is made positive.
    /// </summary>
    public static ComponentSign SignOf(Probe probe) =>
        probe.Study.Options.Compat == Compat.None ? ComponentSign.AlongMean : ComponentSign.LargestPositive;
}
