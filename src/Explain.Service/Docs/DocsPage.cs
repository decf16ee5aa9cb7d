namespace Explain.Service.Docs;

/// <summary>A heading that can be linked to.</summary>
/// <param name="Anchor">What stands behind the #.</param>
/// <param name="Text">What it says, as HTML without tags.</param>
internal sealed record DocsSection(string Anchor, string Text);

/// <summary>A page of the documentation.</summary>
/// <param name="Address">Where it is, below the root of the documentation; empty for the first.</param>
/// <param name="Title">Its heading, as HTML without tags.</param>
/// <param name="Sections">The headings below it.</param>
/// <param name="Html">What it says.</param>
internal sealed record DocsPage(string Address, string Title, IReadOnlyList<DocsSection> Sections, string Html);
