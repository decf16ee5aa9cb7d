using BenchmarkDotNet.Running;
using Explain.Benchmarks;
using Explain.Benchmarks.Growing;

if (args is ["ratios", .. var models])
    return Ratios.Print(models.Length > 0 ? models : [.. Networks.Names]);
if (args is ["loading", .. var graphs])
    return await Loading.PrintAsync(graphs);
if (args is ["growth", .. var curves])
    return await Growth.PrintAsync(curves);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
