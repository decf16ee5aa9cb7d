using Explain.Docs;

var folder = args.Length > 0 ? args[0] : "docs";
Directory.CreateDirectory(Path.Combine(folder, MethodPictures.Folder));
foreach (var page in Pages.All)
    await File.WriteAllTextAsync(Path.Combine(folder, page.File), page.Text());
await MethodPictures.WriteAsync(folder, CancellationToken.None);
