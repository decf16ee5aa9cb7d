import { createClient, type Client, type ExplainParameters } from '../api/client';
import { isAbort } from '../api/problem';
import type { ColorMapDocument, Explanation } from '../api/types';
import { entriesOf, type Entries } from '../map/paint';
import { scaleOf } from '../map/scale';
import { mapValues } from '../map/values';
import type { Question } from './attributes';

/** What there is to show, whatever it will look like. */
export interface Answer {
  readonly explanation: Explanation;
  /** Path of the facts that the service keeps of it; null where it keeps none. */
  readonly record: string | null;
  /** The map, ready to be painted; null when there is nothing on it. */
  readonly entries: Entries | null;
  readonly colorMaps: readonly ColorMapDocument[];
}

// Maps of this many values are of pixels. Where those are gradients, a few are far beyond the others: the outermost hundredths share a
// colour, as in the service's own pictures.
const many = 2500;

const known = new Map<string, Promise<ColorMapDocument[]>>();

/** A picture that could not be read. */
export class NoPicture extends Error {}

/** Asks for the picture, and the service for its map and for colours. */
export async function answerTo(question: Question, key: string | null, signal: AbortSignal): Promise<Answer> {
  const client = createClient(new URL(question.service), () => key);
  const [picture, colorMaps] = await Promise.all([pictureOf(question.src, signal), colorMapsOf(client, key)]);
  const { document: explanation, record } = await client.explain(question.model, picture, parametersOf(question), signal);
  const map = explanation.explanations[0]?.map;
  const values = map ? mapValues(map) : null;
  const scale = values ? scaleOf(values, false, values.data.length > many ? [1, 99] : undefined) : null;
  return { explanation, record, entries: values && scale ? entriesOf(values, scale, explanation.image) : null, colorMaps };
}

// Asked once for all elements of a page; again when that failed.
function colorMapsOf(client: Client, key: string | null): Promise<ColorMapDocument[]> {
  const name = JSON.stringify([client.base, key]);
  const asking = known.get(name) ?? client.colorMaps();
  known.set(name, asking);
  asking.catch(() => known.delete(name));
  return asking;
}

function parametersOf({ target, method, layer }: Question): ExplainParameters {
  const said = Object.entries({ include: 'map', target, method, layer }).filter(([, value]) => value !== null);
  return Object.fromEntries(said) as ExplainParameters;
}

async function pictureOf(src: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(new URL(src, document.baseURI), { signal }).catch((error: unknown) => {
    throw isAbort(error) ? error : new NoPicture(`${src} cannot be read: it is not there, or its server does not let this page have it`);
  });
  if (!response.ok) throw new NoPicture(`${src} cannot be read: HTTP ${response.status}`);
  return response.blob();
}
