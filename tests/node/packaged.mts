import 'explain-map';
import type { ExplainMapElement, LoadDetail } from 'explain-map';
import { createClient, Problem, type Explanation } from 'explain-map/client';
import { readFile } from 'node:fs/promises';

const [address, file] = process.argv.slice(2) as [string, string];
const client = createClient(new URL(address), () => null);
const picture = new Blob([await readFile(file)], { type: 'image/png' });
const { document }: { document: Explanation } = await client.explain('demo', picture, { target: 'predicted', include: 'map' });
const refused = await client.explain('nothing', picture, {}).then(() => null, (error: unknown) => (error instanceof Problem ? error.kind : null));

export function use(element: ExplainMapElement): void {
    element.apiKey = 'a key';
    element.addEventListener('explain-map-load', (event: CustomEvent<LoadDetail>) => console.log(event.detail.explanation.model.name));
}

console.log(JSON.stringify({
    predicted: document.predictions[0]?.index,
    map: document.explanations[0]?.map?.data,
    refused,
}));
