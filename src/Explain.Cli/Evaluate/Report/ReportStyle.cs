namespace Explain.Cli.Evaluate.Report;

/// <summary>How a report looks.</summary>
internal static class ReportStyle
{
    /// <summary>Its style sheet: light or dark as the reader has it. Plots lie on white, whichever it is.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --ground: #fff; --ink: #1c1e21; --quiet: #5b6168; --line: #d9dce0; --best: #e3f1e3; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #15171a; --ink: #e6e8ea; --quiet: #a4abb3; --line: #3a3f45; --best: #1f3a25; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; }
        h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
        p { max-width: 46rem; }
        dl { margin: 0; }
        dl > div { display: grid; grid-template-columns: minmax(6.5rem, 10rem) 1fr; gap: .75rem; padding: .2rem 0; }
        dt { font-weight: 600; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; position: relative; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--quiet); padding-bottom: .5rem; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
        tr > :first-child, tr > .words { text-align: left; }
        caption span { display: block; max-width: min(46rem, calc(100vw - 2rem)); }
        tr > th[scope=row], thead th:first-child { position: sticky; left: 0; background: var(--ground); }
        tr > th[scope=row], thead th:first-child { min-width: 7.5rem; max-width: 40vw; white-space: normal; }
        tbody th[scope=row] { font-weight: 500; overflow-wrap: break-word; }
        .baselines th[scope=rowgroup] { padding-top: 1.25rem; font-weight: 400; color: var(--quiet); }
        td small { display: block; color: var(--quiet); font-size: .75rem; }
        td.best { background: var(--best); }
        td.none { color: var(--quiet); }
        figure { margin: 0; }
        .plot { background: #fff; color: #1c1e21; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; max-width: 50rem; }
        .plot .wide > svg { display: block; width: 100%; min-width: 34rem; height: auto; }
        .plot text { font: 13px system-ui, sans-serif; fill: #1c1e21; }
        .plot ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0 0; padding: 0; }
        .plot ul { list-style: none; font-size: .875rem; }
        .plot li { display: flex; align-items: center; gap: .5rem; overflow-wrap: anywhere; }
        .plot li svg { width: 36px; height: 12px; flex: none; }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1rem; }
        .plots > .plot { padding: .75rem; }
        .plots svg { display: block; width: 100%; height: auto; }
        .gallery { display: flex; flex-wrap: wrap; gap: 1.25rem; list-style: none; margin: 0; padding: 0; align-items: flex-start; }
        .gallery figure { width: min-content; }
        .views { display: flex; gap: .35rem; }
        .views img { display: block; max-width: min(240px, 43vw); height: auto; border-radius: .25rem; }
        .gallery figcaption { margin-top: .35rem; font-size: .875rem; overflow-wrap: anywhere; }
        .name { color: var(--quiet); }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        """;
}
