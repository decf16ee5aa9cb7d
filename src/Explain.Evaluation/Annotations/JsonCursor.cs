using System.Text.Json;

namespace Explain.Evaluation.Annotations;

/// <summary>Walks over a value of a document that is known to be JSON, without a copy of it.</summary>
internal ref struct JsonCursor
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private readonly int _start;
    private Utf8JsonReader _reader;
    private int _counted;
    private int _lineStart;
    private long _line = 1;

    /// <summary>Stands before a value.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="json">The whole document.</param>
    /// <param name="value">Where the value lies in it.</param>
    public JsonCursor(string file, ReadOnlySpan<byte> json, Range value)
    {
        _file = file;
        _json = json;
        _start = value.Start.GetOffset(json.Length);
        _reader = new Utf8JsonReader(json[value]);
    }

    /// <summary>The line and byte of what was read last.</summary>
    public Place Here
    {
        get
        {
            // Counted on from the last time: a document of one place a line would else be counted once for each.
            var at = _start + (int)_reader.TokenStartIndex;
            var passed = _json[_counted..at];
            _line += passed.Count((byte)'\n');
            if (passed.LastIndexOf((byte)'\n') is var last and >= 0)
                _lineStart = _counted + last + 1;
            _counted = at;
            return new Place(_file, _line, at - _lineStart + 1);
        }
    }

    /// <summary>Enters an array or an object.</summary>
    public void Enter(JsonTokenType start, string what)
    {
        _reader.Read();
        Require(start, what);
    }

    /// <summary>Goes to the next value of the array that was entered; false at its end.</summary>
    public bool NextItem() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    /// <summary>Goes to the next name of the object that was entered; false at its end.</summary>
    public bool NextMember() => _reader.Read() && _reader.TokenType != JsonTokenType.EndObject;

    /// <summary>Whether the member that was gone to is called so.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => !_reader.ValueIsEscaped && _reader.ValueSpan.SequenceEqual(name);

    /// <summary>Refuses what follows the document.</summary>
    /// <exception cref="JsonException">Something does.</exception>
    public void End() => _reader.Read();

    /// <summary>Passes over the value of a member, or what is left of one that was begun.</summary>
    /// <returns>Where it lies in the document.</returns>
    public Range Skip()
    {
        if (_reader.TokenType == JsonTokenType.PropertyName)
            _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return (_start + start)..(_start + (int)_reader.BytesConsumed);
    }

    /// <summary>A member's value that is a text.</summary>
    public string Text(string what)
    {
        _reader.Read();
        Require(JsonTokenType.String, what);
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Here.Refusal($"has a string that is no text for {what}", e);
        }
    }

    /// <summary>A member's value that is a whole number.</summary>
    public long Whole(string what)
    {
        _reader.Read();
        Require(JsonTokenType.Number, what);
        return _reader.TryGetInt64(out var value) ? value : throw Here.Refusal($"has no whole number for {what}");
    }

    /// <summary>The finite number that was gone to.</summary>
    public double Number(string what)
    {
        Require(JsonTokenType.Number, what);
        return _reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Here.Refusal($"has no finite number for {what}");
    }

    /// <summary>Refuses another kind of value.</summary>
    public void Require(JsonTokenType type, string what)
    {
        if (_reader.TokenType != type)
            throw Here.Refusal($"has no {Word(type)} for {what}");
    }

    private static string Word(JsonTokenType type) =>
        type switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "text",
            _ => "number",
        };
}
