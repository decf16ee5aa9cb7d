namespace Explain.Cli.Jobs.Rows;

/// <summary>
/// What is known of an item, as a row of a Parquet file: of what is done there may be several, of what failed there is one.
/// </summary>
internal interface IJobRow
{
    /// <summary>The item's key.</summary>
    string Key { get; }

    /// <summary>The item's name.</summary>
    string Item { get; }
}
