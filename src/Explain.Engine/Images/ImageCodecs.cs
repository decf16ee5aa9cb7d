namespace Explain.Engine.Images;

/// <summary>The libraries that images can be read and written with.</summary>
public enum ImageLibrary
{
    /// <summary>libvips: fast, and needs little memory.</summary>
    Vips,

    /// <summary>ImageSharp: managed code alone, for platforms without libvips.</summary>
    ImageSharp,
}

/// <summary>The codec of each library.</summary>
public static class ImageCodecs
{
    /// <summary>A codec; of the other library nothing is loaded.</summary>
    public static IImageCodec Of(ImageLibrary library) =>
        library switch
        {
            ImageLibrary.Vips => new VipsImageCodec(),
            ImageLibrary.ImageSharp => new ImageSharpCodec(),
            _ => throw new ArgumentOutOfRangeException(nameof(library)),
        };
}
