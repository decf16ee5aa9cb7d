using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>In which surroundings a page is looked at.</summary>
public enum Look
{
    /// <summary>A desk, light.</summary>
    Light,

    /// <summary>A desk, dark.</summary>
    Dark,

    /// <summary>A phone held upright, touched.</summary>
    Phone,
}

/// <summary>What the browser is told of each.</summary>
internal static class Looks
{
    /// <summary>The options of a context.</summary>
    /// <param name="look">The surroundings.</param>
    /// <param name="language">What the reader reads, as <c>de-DE</c>.</param>
    /// <param name="motion">Whether things may move; where not, tests need not wait for them.</param>
    public static BrowserNewContextOptions Options(this Look look, string language, bool motion) =>
        new()
        {
            ColorScheme = look == Look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = look == Look.Phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            DeviceScaleFactor = look == Look.Phone ? 2 : 1,
            HasTouch = look == Look.Phone,
            IsMobile = look == Look.Phone,
            Locale = language,
            ReducedMotion = motion ? ReducedMotion.NoPreference : ReducedMotion.Reduce,
        };
}
