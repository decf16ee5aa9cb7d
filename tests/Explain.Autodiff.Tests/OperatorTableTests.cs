using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Autodiff.Tests;

/// <summary>The table of operators against the rules and against ONNX Runtime.</summary>
public class OperatorTableTests
{
    [Fact]
    public void EveryRuleIsOfAListedOperator() =>
        Assert.Empty(
            GradientRules.Plain.Operators.Concat(GradientRules.NotDifferentiable).Except(OperatorTable.Operators.Select(o => o.Name))
        );

    [Fact]
    public void NoOperatorIsListedTwice() =>
        Assert.Equal(OperatorTable.Operators.Count, OperatorTable.Operators.Select(o => o.Name).Distinct().Count());

    [Fact]
    public void OnnxRuntimeKnowsEveryListedOperatorFromItsFirstVersionOn()
    {
        var unknown = OperatorTable
            .Operators.Where(o => !o.Name.Contains('(', StringComparison.Ordinal))
            .Where(o => !IsRegistered(o))
            .Select(o => o.Name);
        Assert.Empty(unknown);
    }

    // Without inputs most operators are refused, but not as unknown ones.
    private static bool IsRegistered(KnownOperator o)
    {
        var dot = o.Name.LastIndexOf('.');
        var (domain, name) = dot < 0 ? ("", o.Name) : (o.Name[..dot], o.Name[(dot + 1)..]);
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = "one" },
        };
        model.OpsetImport.Add(
            new OperatorSetIdProto { Domain = domain, Version = Math.Max(o.Since, domain.Length == 0 ? Upgrade.Oldest : 1) }
        );
        if (domain.Length > 0)
            model.OpsetImport.Add(new OperatorSetIdProto { Version = Upgrade.Floor });
        var node = new NodeProto { OpType = name, Domain = domain };
        node.Output.Add("y");
        model.Graph.Node.Add(node);
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(new Graph(model).ToBytes(), options);
            return true;
        }
        catch (OnnxRuntimeException e)
        {
            return !e.Message.Contains("is not a registered function/op", StringComparison.Ordinal)
                && !e.Message.Contains("under development", StringComparison.Ordinal);
        }
    }
}
