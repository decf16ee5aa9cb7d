using System.Reflection;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Service.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Caching;

/// <summary>What an answer's key holds.</summary>
public sealed class AnswerKeyTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public void EveryPropertyOfTheParametersChangesTheKey()
    {
        var usual = Ask(new RequestParameters());
        var keys = new Dictionary<string, string> { ["nothing"] = usual };
        foreach (var (path, changed) in Changes(new RequestParameters()))
            Assert.True(keys.TryAdd(path, Ask((RequestParameters)changed)), path);
        Assert.True(keys.Count > 25, string.Join(", ", keys.Keys));
        Assert.All(keys.GroupBy(k => k.Value), same =>
            Assert.True(same.Count() == 1, $"{string.Join(" and ", same.Select(k => k.Key))} have one key")
        );
    }

    [Fact]
    public void EveryPropertyOfTheParametersButThoseThatChangeNoMapChangesTheId()
    {
        string[] silent = ["Deadline", "Channels", "Features", "Faithfulness"];
        var usual = Id(new ExplainParameters());
        var ids = Changes(new ExplainParameters()).ToDictionary(c => c.Path, c => Id((ExplainParameters)c.Changed));
        Assert.All(silent, name => Assert.Equal(usual, ids[name]));
        Assert.Distinct([usual, .. ids.Where(i => !silent.Contains(i.Key)).Select(i => i.Value)]);
    }

    [Fact]
    public void ImageModelScopeAndMediaTypeChangeTheKey()
    {
        var question = new Question(ParameterScope.Image, Model("tiny"), TestImages.Png, new RequestParameters(), "image/png");
        string[] keys =
        [
            AnswerKey.Of(question),
            AnswerKey.Of(question with { Scope = ParameterScope.Compare }),
            AnswerKey.Of(question with { Model = Model("other") }),
            AnswerKey.Of(new Question(ParameterScope.Image, Model("tiny"), TestImages.Jpeg, new RequestParameters(), "image/png")),
            AnswerKey.Of(question with { MediaType = "image/webp" }),
            AnswerKey.Of(question with { Model = Model("tiny") with { Version = "2" } }),
            AnswerKey.Of(question with { Model = Model("tiny") with { Sha256 = "0" } }),
            AnswerKey.Of(question with { Model = Model("tiny") with { Labels = ["a", "b", "c"] } }),
            AnswerKey.Of(question with { Model = Model("tiny") with { Input = Model("tiny").Input with { Mean = [0, 0, 0.5f] } } }),
        ];
        Assert.Distinct(keys);
        Assert.Equal(
            keys[0],
            AnswerKey.Of(new Question(ParameterScope.Image, Model("tiny"), TestImages.Png.ToArray(), new RequestParameters(), "image/png"))
        );
    }

    [Fact]
    public void ValuesOfFurtherInputsChangeTheKey()
    {
        string Key(InputTensor tensor) => Ask(new RequestParameters { Explain = new() { Inputs = Named(tensor) } });
        Assert.Distinct([
            Key(Numbers([2], 1, 2)),
            Key(Numbers([2], 1, 3)),
            Key(Numbers([1, 2], 1, 2)),
            Key(Numbers([2], float.NaN, 2)),
            Key(new InputTensor([2], (bool[])[true, false])),
        ]);
    }

    private static Dictionary<string, InputTensor> Named(InputTensor tensor) => new() { ["x"] = tensor };

    private static InputTensor Numbers(long[] shape, params float[] values) => new(shape, values);

    private ModelDescription Model(string name) => service.Services.GetRequiredService<ModelCatalogue>().Describe(name);

    private string Id(ExplainParameters parameters) => AnswerId.Of("0", Model("tiny"), parameters, []);

    private string Ask(RequestParameters parameters) =>
        AnswerKey.Of(new Question(ParameterScope.Image, Model("tiny"), TestImages.Png, parameters, "image/png"));

    // Every property of a record, and of the records in it, changed one at a time.
    private static IEnumerable<(string Path, object Changed)> Changes(object record)
    {
        foreach (
            var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null)
        )
        {
            if (property.PropertyType.GetMethod("<Clone>$") is not null)
            {
                foreach (var (path, inner) in Changes(property.GetValue(record)!))
                    yield return ($"{property.Name}.{path}", With(record, property, inner));
            }
            else
            {
                yield return (property.Name, With(record, property, Other(property, property.GetValue(record))));
            }
        }
    }

    private static object With(object record, PropertyInfo property, object value)
    {
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static object Other(PropertyInfo property, object? now) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            var t when t == typeof(string) => now + "x",
            var t when t == typeof(bool) => !(bool)now!,
            var t when t == typeof(int) => (now as int? ?? 0) + 1,
            var t when t == typeof(float) => (now as float? ?? 0.1f) + 0.1f,
            var t when t == typeof(TimeSpan) => (now as TimeSpan? ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(1),
            var t when t == typeof(RegionThreshold) => RegionThreshold.Share(0.37f),
            var t when t == typeof(Clip) => new Clip(3, 97),
            var t when t == typeof(RenderSize) => new RenderSize(RenderCanvas.Exact, 10, 20),
            var t when t == typeof((int, int)) => (3, 4),
            var t when t == typeof(IReadOnlyList<string>) => (string[])["x"],
            var t when t == typeof(IReadOnlyList<GivenMap>) => (GivenMap[])[new("x", new SaliencyMap(1, 1, [1], 1))],
            var t when t == typeof(IReadOnlyDictionary<string, InputTensor>) => Named(Numbers([1], 1)),
            { IsEnum: true } t => Enum.GetValues(t).Cast<object>().First(v => !v.Equals(now)),
            var t => throw new InvalidOperationException($"this test knows no other value for {property.Name}, a {t}"),
        };
}
