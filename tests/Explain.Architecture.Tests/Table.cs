using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Explain.Architecture.Tests;

/// <summary>A mark that keeps the formatter away, and the rows of the table behind it: nothing else may be marked.</summary>
/// <param name="Line">Line of the mark, from 0.</param>
/// <param name="Rows">First and last line of the rows; null where the mark stands before anything else than a table.</param>
internal sealed record Table(int Line, (int First, int Last)? Rows)
{
    private const string Order = "csharpier-ignore";

    /// <summary>Every mark of a source: whatever the formatter may take for an order, in any kind of comment.</summary>
    public static Table[] Of(string source) =>
        source.Contains(Order, StringComparison.Ordinal)
            ?
            [
                .. CSharpSyntaxTree
                    .ParseText(source)
                    .GetRoot()
                    .DescendantTrivia(descendIntoTrivia: true)
                    .Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && t.ToString().Contains(Order, StringComparison.Ordinal))
                    .Select(t => new Table(Lines(t.GetLocation()).First, Behind(t) is { } rows ? Lines(rows.GetLocation()) : null)),
            ]
            : [];

    private static (int First, int Last) Lines(Location location)
    {
        var span = location.GetLineSpan();
        return (span.StartLinePosition.Line, span.EndLinePosition.Line);
    }

    private static ExpressionSyntax? Behind(SyntaxTrivia mark) =>
        mark.ToString() == $"// {Order}" && mark.Token.Parent is { } first && mark.SpanStart < mark.Token.SpanStart
            ? first.AncestorsAndSelf().TakeWhile(n => n.SpanStart == mark.Token.SpanStart).Select(Value).LastOrDefault(v => v is not null)
            : null;

    private static ExpressionSyntax? Value(SyntaxNode member) =>
        member switch
        {
            FieldDeclarationSyntax { Declaration.Variables: [{ Initializer.Value: var value }] } => List(value),
            PropertyDeclarationSyntax { Initializer.Value: { } value } => List(value),
            PropertyDeclarationSyntax { ExpressionBody.Expression: { } value } => List(value),
            _ => null,
        };

    // A list may be handed on, to be made a frozen dictionary for example, or be the last that something is made of.
    private static ExpressionSyntax? List(ExpressionSyntax value) =>
        value switch
        {
            CollectionExpressionSyntax or BaseObjectCreationExpressionSyntax { Initializer: not null } => value,
            BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [.., { Expression: var last }] } => List(last),
            ArrayCreationExpressionSyntax { Initializer: not null } or ImplicitArrayCreationExpressionSyntax => value,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var made } } => List(made),
            _ => null,
        };
}
