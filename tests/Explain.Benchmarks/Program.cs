using BenchmarkDotNet.Running;
using Explain.Benchmarks;

if (args is ["ratios", .. var models])
    return Ratios.Print(models.Length > 0 ? models : [ResNet50.Name]);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
