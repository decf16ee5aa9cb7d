using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Autodiff.Graphs;

/// <summary>
/// An ONNX model one can walk, edit and save. Nodes are kept in topological order; new ones are appended and may read everything before
/// them.
/// </summary>
public sealed class Graph
{
    // A gigabyte in single precision.
    private const long ManyWeights = 1L << 28;

    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly Dictionary<string, TensorType> _types = [];
    private readonly HashSet<string> _names = [];
    private readonly GraphNames _taken;
    private readonly Graph? _outer;
    private int _fresh;
    private int _found;

    /// <summary>Wraps a model; the messages are edited in place.</summary>
    public Graph(ModelProto model)
        : this(model, model.Graph ?? throw new InvalidDataException("the file holds no ONNX graph"), null, null) { }

    private Graph(ModelProto model, GraphProto proto, Graph? outer, string? prefix)
    {
        (Model, Proto, _outer, _taken) = (model, proto, outer, new GraphNames(proto));
        Prefix = prefix ?? outer?.Prefix ?? _taken.FreePrefix(UsualPrefix);
        foreach (var node in Proto.Node)
            Register(node);
        foreach (var tensor in Proto.Initializer)
            _initializers[tensor.Name] = tensor;
        foreach (var input in Proto.Input)
            _names.Add(input.Name);
        foreach (var info in Proto.Input.Concat(Proto.ValueInfo).Concat(Proto.Output))
        {
            if (outer is null)
                _names.Add(info.Name);
            if (TensorType.From(info.Type) is { } type)
                _types[info.Name] = type;
        }
        foreach (var tensor in Proto.Initializer)
            Declare(tensor.Name, TypeOf(tensor));
    }

    /// <summary>
    /// What the names of added values and nodes begin with; constants that name such values are written with it, and <see cref="Own"/> says
    /// what they are called in one graph.
    /// </summary>
    public const string UsualPrefix = "explain/";

    /// <summary>The messages behind this graph.</summary>
    public ModelProto Model { get; }

    /// <summary>
    /// What the names of added values and nodes begin with in this graph and its copies: <see cref="UsualPrefix"/>, or another where the
    /// model has such names itself, as one has that was exported from here.
    /// </summary>
    public string Prefix { get; }

    /// <summary>What a value is called here whose usual name begins with <see cref="UsualPrefix"/>.</summary>
    public string Own(string usual) => Prefix == UsualPrefix ? usual : Prefix + usual[UsualPrefix.Length..];

    /// <summary>The graph message.</summary>
    public GraphProto Proto { get; }

    /// <summary>
    /// The body of a node as a graph of its own, which sees the constants and types of this one and takes its fresh names from here.
    /// </summary>
    public Graph Inner(GraphProto body) => new(Model, body, this, null);

    /// <summary>Nodes in topological order.</summary>
    public IReadOnlyList<NodeProto> Nodes => Proto.Node;

    /// <summary>Names of the inputs that have no initialiser: what a caller must feed.</summary>
    public IEnumerable<string> Inputs => Proto.Input.Select(i => i.Name).Where(n => !_initializers.ContainsKey(n));

    /// <summary>Names of the outputs.</summary>
    public IEnumerable<string> Outputs => Proto.Output.Select(o => o.Name);

    /// <summary>Whether the weights beside the file are so many that no copy of them should be made.</summary>
    public bool HasLargeWeights =>
        Numbers(Proto.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External)) > ManyWeights;

    /// <summary>Numbers in all weights.</summary>
    public double WeightCount => Numbers(Proto.Initializer);

    /// <summary>Whether nodes may be appended that only the engine's own sessions can run.</summary>
    public bool TakesNative { get; set; }

    /// <summary>Opset of the default domain.</summary>
    public long Opset
    {
        get => Model.OpsetImport.FirstOrDefault(o => OperatorName.IsStandard(o.Domain))?.Version ?? 1;
        set
        {
            var import = Model.OpsetImport.FirstOrDefault(o => OperatorName.IsStandard(o.Domain));
            if (import is null)
                Model.OpsetImport.Add(import = new OperatorSetIdProto());
            import.Version = value;
        }
    }

    /// <summary>A graph with nothing in it, of the opset in which rules write.</summary>
    /// <param name="name">Its name.</param>
    public static Graph New(string name) =>
        new(
            new ModelProto
            {
                IrVersion = 8,
                OpsetImport = { new OperatorSetIdProto { Version = 18 } },
                Graph = new GraphProto { Name = name },
            }
        );

    /// <summary>Reads the bytes of an <c>.onnx</c> file.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static Graph Parse(ReadOnlySpan<byte> bytes) => new(ModelParser.Parse(bytes));

    /// <summary>A deep copy: edits of either do not touch the other.</summary>
    public Graph Clone()
    {
        var model = Model.Clone();
        var clone = new Graph(model, model.Graph, null, Prefix);
        foreach (var (name, type) in _types)
            clone._types[name] = type;
        return clone;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Model.ToByteArray();

    /// <summary>The node that computes a value, or null for inputs and initialisers.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The initialiser of this name, or null.</summary>
    internal TensorProto? Initializer(string value) => _initializers.GetValueOrDefault(value) ?? Outside(value)?.Initializer(value);

    /// <summary>The graph around this one in which a value was made that is not this graph's own, or null.</summary>
    internal Graph? Outside(string value) => _names.Contains(value) || _initializers.ContainsKey(value) ? null : _outer;

    /// <summary>The graph whose node has this one as its body, or null.</summary>
    internal Graph? Around => _outer;

    /// <summary>Element type and shape of a value, as far as declared.</summary>
    public TensorType? Type(string value) => _types.GetValueOrDefault(value) ?? Outside(value)?.Type(value);

    /// <summary>Records what is known about a value's type.</summary>
    public void Declare(string value, TensorType type) => _types[value] = type;

    /// <summary>Whether a node, input or initialiser of this name exists.</summary>
    public bool Contains(string value) => _names.Contains(value) || _initializers.ContainsKey(value) || _outer?.Contains(value) == true;

    /// <summary>A handle on a value of this graph.</summary>
    public Value this[string value] => new(this, value, Type(value)?.Element ?? TensorProto.Types.DataType.Float);

    /// <summary>Adds an initialiser under a fresh name.</summary>
    public Value Add(TensorProto tensor)
    {
        tensor.Name = Fresh("const");
        return AddNamed(tensor);
    }

    /// <summary>Adds an initialiser under the name that it has.</summary>
    internal Value AddNamed(TensorProto tensor)
    {
        _taken.Add(tensor.Name);
        Proto.Initializer.Add(tensor);
        _initializers[tensor.Name] = tensor;
        Declare(tensor.Name, TypeOf(tensor));
        return this[tensor.Name];
    }

    /// <summary>Adds an input.</summary>
    public Value AddInput(string name, TensorType type)
    {
        Proto.Input.Add(new ValueInfoProto { Name = name, Type = type.ToProto() });
        _names.Add(name);
        _taken.Add(name);
        Declare(name, type);
        return this[name];
    }

    /// <summary>Gives an input another type.</summary>
    public void RetypeInput(string name, TensorType type)
    {
        Proto.Input.Single(i => i.Name == name).Type = type.ToProto();
        Declare(name, type);
    }

    /// <summary>Makes an existing value an input: whatever computed it before is cut off.</summary>
    public void CutAt(string value, TensorType type)
    {
        var node = Producer(value) ?? throw new ArgumentException($"no node computes '{value}'", nameof(value));
        // The old producer stays for its other outputs; its own name for this one changes.
        node.Output[node.Output.IndexOf(value)] = Fresh(value);
        _producers.Remove(value);
        foreach (var name in node.Output)
        {
            if (name.Length > 0)
                _producers[name] = node;
        }

        AddInput(value, type);
    }

    /// <summary>Appends a node and returns its outputs.</summary>
    public NodeProto Append(
        string op,
        IEnumerable<string> inputs,
        int outputs,
        IEnumerable<AttributeProto> attributes,
        string? hint = null
    ) => Insert(Proto.Node.Count, op, inputs, outputs, attributes, hint);

    /// <summary>
    /// The position of a node. Rewriting goes from the first node to the last, so the search begins where the last one ended.
    /// </summary>
    internal int PositionOf(NodeProto node)
    {
        var count = Proto.Node.Count;
        for (var i = 0; i < count; i++)
        {
            var at = (_found + i) % count;
            if (ReferenceEquals(Proto.Node[at], node))
                return _found = at;
        }
        throw new ArgumentException($"the graph has no node '{node.Name}'", nameof(node));
    }

    /// <summary>Puts a node before the one at a position; it may read everything before that.</summary>
    internal NodeProto Insert(
        int position,
        string op,
        IEnumerable<string> inputs,
        int outputs,
        IEnumerable<AttributeProto> attributes,
        string? hint = null
    )
    {
        var node = new NodeProto { OpType = op };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        for (var i = 0; i < outputs; i++)
            node.Output.Add(Fresh(hint ?? op));
        node.Name = node.Output[0];
        Proto.Node.Insert(position, node);
        Register(node);
        return node;
    }

    /// <summary>
    /// Records a node that was put into <see cref="Proto"/> by hand, or whose outputs changed. Where another node has its name, it gets a
    /// new one.
    /// </summary>
    internal void Register(NodeProto node)
    {
        if (!_taken.Claim(node))
        {
            node.Name = Fresh(node.OpType);
            _taken.Claim(node);
        }
        foreach (var output in node.Output.Where(o => o.Length > 0))
        {
            _producers[output] = node;
            _names.Add(output);
            _taken.Add(output);
        }
    }

    /// <summary>
    /// Lets the nodes from <paramref name="first"/> on read other values: <paramref name="names"/> maps the old name to the new one.
    /// </summary>
    internal void Reread(int first, IReadOnlyDictionary<string, string> names)
    {
        foreach (var node in Proto.Node.Skip(first))
            Bodies.Reread(node, names);
    }

    /// <summary>A name that no value and no node has, those inside control flow included.</summary>
    public string Fresh(string hint)
    {
        if (_outer is not null)
            return _outer.Fresh(hint);
        string name;
        do name = $"{Prefix}{hint}_{_fresh++}";
        while (_taken.Contains(name) || Contains(name));
        return name;
    }

    /// <summary>The name itself when no value and no node has it, else with a number behind it.</summary>
    internal string Unused(string name) => GraphNames.Numbered(name, n => _taken.Contains(n) || Contains(n));

    /// <summary>Replaces the outputs, and drops every node, initialiser and input that none of them needs.</summary>
    /// <param name="outputs">Values to return; a graph input among them is skipped, as ONNX needs a node behind an output.</param>
    /// <param name="keepInputs">Inputs to keep although nothing reads them.</param>
    public void SetOutputs(IEnumerable<string> outputs, IReadOnlySet<string>? keepInputs = null)
    {
        var wanted = outputs.Distinct().Where(o => Producer(o) is not null).ToArray();
        Proto.Output.Clear();
        Proto.Output.AddRange(wanted.Select(o => new ValueInfoProto { Name = o, Type = Type(o)?.ToProto() }));
        Pruning.Apply(this, keepInputs);
    }

    /// <summary>
    /// Adds an output to those there are, which stay as they are declared; all inputs stay, too, and what none of the outputs needs is
    /// dropped.
    /// </summary>
    /// <param name="value">A value that a node computes.</param>
    /// <param name="doc">What it is, for whoever opens the file.</param>
    public void AddOutput(string value, string doc)
    {
        Proto.Output.Add(
            new ValueInfoProto
            {
                Name = value,
                Type = Type(value)?.ToProto(),
                DocString = doc,
            }
        );
        Pruning.Apply(this, Proto.Input.Select(i => i.Name).ToHashSet());
    }

    private static TensorType TypeOf(TensorProto t) => new((TensorProto.Types.DataType)t.DataType, [.. t.Dims.Select(d => new Dim(d))]);

    // A damaged file may say more than a whole number holds.
    private static double Numbers(IEnumerable<TensorProto> tensors) => tensors.Sum(t => t.Dims.Aggregate(1.0, (a, b) => a * b));
}
