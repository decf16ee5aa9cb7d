/** What code is written of. */
export interface Asked {
  /** The address with all parameters. */
  readonly url: string;
  /** The name of the picture's file. */
  readonly file: string;
  /** Its media type. */
  readonly type: string;
  /** Where the service has it, if it is a sample. */
  readonly sample: string | null;
  readonly needsKey: boolean;
}

/** The languages in which a question can be copied: a line and a function each. */
export const snippets = { curl, Python: python, TypeScript: typescript, 'C#': csharp } as const;

export type SnippetLanguage = keyof typeof snippets;

function curl({ url, file, type, sample, needsKey }: Asked): string {
  const key = needsKey ? ' -H "X-Api-Key: $EXPLAIN_KEY"' : '';
  const first = sample ? `curl -sS${key} ${shell(sample)} -o ${shell(file)}\n` : '';
  return `${first}curl -sS${key} --data-binary @${shell(file)} -H 'Content-Type: ${type}' \\\n  ${shell(url)} -o heat.png`;
}

function python({ url, file, type, sample, needsKey }: Asked): string {
  const key = needsKey ? `, 'X-Api-Key': os.environ['EXPLAIN_KEY']` : '';
  const get = sample ? `urlopen(Request(${quoted(sample)}, headers={${key.slice(2)}})).read()` : `open(${quoted(file)}, 'rb').read()`;
  return `${needsKey ? 'import os\n' : ''}from urllib.request import Request, urlopen

image = ${get}
request = Request(${quoted(url)},
                  data=image, headers={'Content-Type': '${type}'${key}})
open('heat.png', 'wb').write(urlopen(request).read())`;
}

function typescript({ url, file, type, sample, needsKey }: Asked): string {
  const key = `'X-Api-Key': process.env.EXPLAIN_KEY!`;
  const from = sample
    ? `await (await fetch(${quoted(sample)}${needsKey ? `, { headers: { ${key} } }` : ''})).arrayBuffer()`
    : `await readFile(${quoted(file)})`;
  return `import { ${sample ? '' : 'readFile, '}writeFile } from 'node:fs/promises';

const body = ${from};
const headers = { 'Content-Type': '${type}'${needsKey ? `, ${key}` : ''} };
const answer = await fetch(${quoted(url)}, { method: 'POST', body, headers });
if (!answer.ok) throw new Error(await answer.text());
await writeFile('heat.png', new Uint8Array(await answer.arrayBuffer()));`;
}

function csharp({ url, file, type, sample, needsKey }: Asked): string {
  const key = needsKey ? '\nhttp.DefaultRequestHeaders.Add("X-Api-Key", Environment.GetEnvironmentVariable("EXPLAIN_KEY"));' : '';
  const from = sample ? `await http.GetByteArrayAsync(${JSON.stringify(sample)})` : `File.ReadAllBytes(${JSON.stringify(file)})`;
  return `using var http = new HttpClient();${key}
using var image = new ByteArrayContent(${from});
image.Headers.ContentType = new("${type}");
using var answer = await http.PostAsync(${JSON.stringify(url)}, image);
answer.EnsureSuccessStatusCode();
File.WriteAllBytes("heat.png", await answer.Content.ReadAsByteArrayAsync());`;
}

function shell(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
