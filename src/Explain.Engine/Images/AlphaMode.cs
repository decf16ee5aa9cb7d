namespace Explain.Engine.Images;

/// <summary>What becomes of an image's alpha channel.</summary>
public enum AlphaMode
{
    /// <summary>The image lies over white, as on a page.</summary>
    White,

    /// <summary>The image lies over black.</summary>
    Black,

    /// <summary>The colours are taken as they are stored, as <c>convert('RGB')</c> of PIL does.</summary>
    Drop,
}
