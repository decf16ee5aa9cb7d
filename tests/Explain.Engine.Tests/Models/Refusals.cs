namespace Explain.Engine.Tests.Models;

/// <summary>What the models of the reference data cannot be asked for, each with the reason that is given.</summary>
internal static class Refusals
{
    private const string NoFeatureMap = "the model has no spatial feature map between its input and its class scores";

    private static readonly string[] OfLayers = (
        "gradcam cam hirescam gradcam-elementwise layercam gradcam++ smoothgradcam++ xgradcam shapleycam finercam refinecam eigengradcam "
        + "segeigencam eigencam kpcacam fem activationmap randomcam guided-gradcam excitation-backprop cmwp scorecam sscam iscam "
        + "ablationcam reciprocam"
    ).Split(' ');

    private static readonly string[] Cam = ["cam"];

    // csharpier-ignore
    private static readonly (string File, string[] Methods, string Reason)[] All =
    [
        ("models-other/exporters/cntk_mnist-8.onnx", Cam, Head("'ReLU114_Output_0'", "MaxPool 'Pooling160'")),
        ("models-other/exporters/cntk_mnist-winml.onnx", Cam, Head("'ReLU114_Output_0'", "MaxPool 'Pooling160'")),
        ("models-other/exporters/keras2onnx_mnist_cnn.onnx", Cam, Head("'conv2d_15_1/Identity:0'", "Relu 'Relu'")),
        ("models-other/exporters/paddle2onnx_ppocr_cls.onnx", Cam, Head("'hardswish_17.tmp_0'", "GlobalAveragePool 'p2o.GlobalAveragePool.18'")),
        ("models-other/exporters/pytorch04_cifar_base.onnx", Cam, Head("'12'", "Relu '22'")),
        ("models-other/exporters/pytorch04_cifar_deep.onnx", Cam, Head("'20'", "Relu '30'")),
        ("models-other/exporters/pytorch112_mnist_mlp_onnxmlir.onnx", OfLayers, NoFeatureMap),
        ("models-other/exporters/pytorch17_cifar10_winml.onnx", Cam, Head("'43'", "Relu 'Relu_8'")),
        ("models-other/exporters/pytorch17_mnist_tengine.onnx", Cam, Head("'16'", "Relu 'Relu_10'")),
        ("models-other/exporters/pytorch18_mnist2_dianna.onnx", Cam, Head("'14'", "Gemm 'Gemm_12'")),
        ("models-other/exporters/tf2onnx_gtsrb43.onnx", Cam, Head("'StatefulPartitionedCall/sequential_11/conv2d_29/Relu:0'", "Relu 'StatefulPartitionedCall/sequential_11/dense_22/Relu'")),
        ("models-other/exporters/tf2onnx_mnist_selfattention.onnx", OfLayers, NoFeatureMap),
        ("onnx-light/light_bvlc_alexnet.onnx", Cam, Head("'r13'", "Relu 'n20'")),
        ("onnx-light/light_vgg19.onnx", Cam, Head("'r35'", "Relu 'n42'")),
        ("onnx-light/light_zfnet512.onnx", Cam, Head("'r13'", "Relu 'n19'")),
    ];

    /// <summary>Why a model refuses a method; null when it must answer.</summary>
    public static string? Of(string file, string method) =>
        All.Where(r => r.File == file && r.Methods.Contains(method)).Select(r => r.Reason).SingleOrDefault();

    private static string Head(string layer, string found) =>
        $"cam needs global average or max pooling and one linear layer between {layer} and the class scores; found {found}";
}
