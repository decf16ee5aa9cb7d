import { readFile, writeFile } from 'node:fs/promises';
import createClient from 'openapi-fetch';
import type { paths } from './api';

const [address, file, heatMap] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl: address });
const image = { b64: (await readFile(file)).toString('base64') };
const path = { model: 'demo' };

const models = await client.GET('/api/v1/models');
if (models.error) throw new Error(models.error.title);
const predicted = await client.POST('/api/v1/models/{model}/predict', { params: { path }, body: { image } });
if (predicted.error) throw new Error(predicted.error.title);
const explained = await client.POST('/api/v1/models/{model}/explain', { params: { path, query: { format: 'json', method: 'gradcam' } }, body: { image } });
if (explained.error || typeof explained.data === 'string') throw new Error(explained.error?.title);
const drawn = await client.POST('/api/v1/models/{model}/explain', { params: { path, query: { format: 'png' } }, body: { image }, parseAs: 'arrayBuffer' });
if (drawn.error) throw new Error(drawn.error.title);
await writeFile(heatMap, Buffer.from(drawn.data as ArrayBuffer));
const refused = await client.POST('/api/v1/models/{model}/explain', { params: { path: { model: 'nothing' } }, body: { image } });
if (!refused.error) throw new Error('a model that is not there explains');

const map: number[] = explained.data.explanations[0]?.map?.data ?? [];
const { type, status }: { type: string; status: number } = refused.error;
console.log(JSON.stringify({
    models: models.data.models.map((m) => m.name),
    predicted: predicted.data.predictions[0]?.index,
    explained: explained.data.predictions[0]?.index,
    map,
    problem: { type, status },
}));
