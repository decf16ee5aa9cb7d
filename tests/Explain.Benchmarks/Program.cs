using BenchmarkDotNet.Running;
using Explain.Benchmarks;

if (args is ["ratios", .. var models])
    return Ratios.Print(models.Length > 0 ? models : [.. Networks.Names]);
if (args is ["loading", .. var graphs])
    return await Loading.PrintAsync(graphs);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
