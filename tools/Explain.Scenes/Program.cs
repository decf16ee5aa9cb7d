using System.Globalization;
using Explain.Demo.Scenes;
using Explain.Scenes;

switch (args)
{
    case ["samples", var directory, var seed]:
        SampleWriter.Write(directory, ulong.Parse(seed, CultureInfo.InvariantCulture));
        return 0;
    case [var directory, var count, var seed]:
        SceneDataset.Write(
            directory,
            ulong.Parse(seed, CultureInfo.InvariantCulture),
            int.Parse(count, CultureInfo.InvariantCulture),
            new SceneOptions()
        );
        return 0;
    default:
        Console.Error.WriteLine("usage: DIRECTORY COUNT SEED (a training set) | samples DIRECTORY SEED (the demo's sample images)");
        return 2;
}
