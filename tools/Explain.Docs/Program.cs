using Explain.Docs;

var folder = args.Length > 0 ? args[0] : "docs";
Directory.CreateDirectory(Path.Combine(folder, MethodImages.Folder));
foreach (var page in Pages.All)
    await File.WriteAllTextAsync(Path.Combine(folder, page.File), page.Text());
var drawn = Path.Combine(folder, ArchitecturePage.File);
if (File.Exists(drawn))
    await File.WriteAllTextAsync(drawn, ArchitecturePage.Text(await File.ReadAllTextAsync(drawn)));
await MethodImages.WriteAsync(folder, CancellationToken.None);
