using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>
/// Reads XML of Pascal VOC and of ILSVRC, a file a picture. Corners are pixels that belong to the box. VOC counts them from 1, as its
/// development kit says, and so do the tools that write its format; ILSVRC's and ImageNet's, which their <c>source/database</c> tells,
/// are counted from 0: the least is 0 and the greatest one less than the extent. An extent of 0 says nothing. The picture is
/// <c>filename</c>, in the folder that the XML has among the others; where that is empty or a placeholder, it is called like the XML.
/// </summary>
internal static class VocXml
{
    private const int MostCharacters = 16_000_000;

    private static readonly string[] FromZero = ["ILSVRC", "ImageNet"];

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MostCharacters,
    };

    /// <summary>Reads a file, or those of a folder.</summary>
    /// <exception cref="FormatException">What is wrong, in which file and line.</exception>
    public static IReadOnlyList<AnnotatedImage> Read(string path, AnnotationOptions options)
    {
        var list = new PictureList(path, options);
        if (Directory.Exists(path))
        {
            foreach (var name in AnnotationFiles.Below(path, ".xml"))
                One(Path.Combine(path, name), name[..(name.LastIndexOf('/') + 1)], list, options);
        }
        else
        {
            One(path, "", list, options);
        }
        return list.All();
    }

    private static void One(string file, string folder, PictureList list, AnnotationOptions options)
    {
        var root = Load(file);
        var place = At(file, root);
        if (root.Name.LocalName != "annotation")
            throw place.Refusal($"is no annotation: it begins with <{Spelling.Shown(root.Name.LocalName)}>, not with <annotation>");
        var size = Size(file, root);
        var own = Path.GetFileNameWithoutExtension(file);
        string[] names = root.Element("filename")?.Value.Trim() is { Length: > 0 } said && !said.Contains('%') ? [said, own] : [own];
        if (list.Only(place, size, [.. names.SelectMany(name => (string[])[folder + name, name])]) is not { } picture)
            return;

        var database = root.Element("source")?.Element("database")?.Value.Trim() ?? "";
        var first = FromZero.Any(name => database.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ? 0 : 1;
        foreach (var element in root.Elements("object"))
        {
            var label = Text(file, Child(file, element, "name"));
            var box = Child(file, element, "bndbox");
            double Corner(string name) => Number(file, Child(file, box, name));
            var pixels = new PixelBox(
                Corner("xmin") - first,
                Corner("ymin") - first,
                Corner("xmax") + 1 - first,
                Corner("ymax") + 1 - first
            );
            var difficult = element.Element("difficult") is { } flag && Number(file, flag) != 0;
            if (BoxRules.Fit(pixels, size, At(file, box), options.LeaveOutEmpty) is { } fitted)
                picture.Add(new AnnotatedObject(label, fitted) { Difficult = difficult });
        }
    }

    private static XElement Load(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var reader = XmlReader.Create(stream, Settings);
            return XElement.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new Place(file).Refusal("has a document type (DTD), which is not read", e);
        }
        catch (XmlException e)
        {
            throw new Place(file, e.LineNumber).Refusal($"is no XML: {e.Message}", e);
        }
    }

    private static (int Width, int Height)? Size(string file, XElement root)
    {
        if (root.Element("size") is not { } size)
            return null;
        var (width, height) = (Number(file, Child(file, size, "width")), Number(file, Child(file, size, "height")));
        if (width is < 0 or > int.MaxValue || height is < 0 or > int.MaxValue)
            throw At(file, size).Refusal($"says that the picture has {width} x {height} pixels");
        return width > 0 && height > 0 ? ((int)width, (int)height) : null;
    }

    private static XElement Child(string file, XElement parent, string name)
    {
        XElement[] found = [.. parent.Elements(name).Take(2)];
        return found switch
        {
            [var one] => one,
            [] => throw At(file, parent).Refusal($"has a <{parent.Name.LocalName}> without <{name}>"),
            _ => throw At(file, found[1]).Refusal($"has a second <{name}> in a <{parent.Name.LocalName}>"),
        };
    }

    private static string Text(string file, XElement element) =>
        element.Value.Trim() is { Length: > 0 } text ? text : throw At(file, element).Refusal($"has an empty <{element.Name.LocalName}>");

    private static double Number(string file, XElement element) =>
        double.TryParse(element.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw At(file, element).Refusal($"has '{Spelling.Shown(element.Value)}' in <{element.Name.LocalName}>, which is no number");

    private static Place At(string file, IXmlLineInfo element) => new(file, element.LineNumber);
}
