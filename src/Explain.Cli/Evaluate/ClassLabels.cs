namespace Explain.Cli.Evaluate;

internal sealed class ClassLabels(IReadOnlyList<string> labels, int classes)
{
    private readonly HashSet<string> _unknown = [];

    public static ClassLabels Of(IReadOnlyList<string> labels, int classes) => new(labels, classes);

    public int? Find(string label)
    {
        if (int.TryParse(label, out var index) && index >= 0 && index < classes)
            return index;
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] == label)
                return i;
        }
        _unknown.Add(label);
        return null;
    }

    public void RequireKnown(bool leaveOut, string model)
    {
        if (!leaveOut && _unknown.Count > 0)
            throw new Terminal.UsageException($"model '{model}' has no class '{_unknown.First()}'");
    }
}
