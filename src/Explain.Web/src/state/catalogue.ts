import { computed, signal } from '@preact/signals';
import type { Client } from '../api/client';
import { Problem } from '../api/problem';
import type { ColorMapDocument, ImageLimits, MethodInfo, Model, ModelState, Sample } from '../api/types';
import { colorTable, type ColorTable } from '../map/colors';

/** The cost classes of a handful of passes. */
const quick: readonly string[] = ['forward', 'forward+backward', 'forward+2 × backward', '2 × forward+backward'];

/** Whether a method takes many passes, by its cost class. */
export function isLong(method: MethodInfo | undefined): boolean {
  return method !== undefined && !quick.includes(method.cost);
}

const pollMilliseconds = 2000;

export type Catalogue = ReturnType<typeof createCatalogue>;

/** What the service has: asked once when the page opens, and again when a key is given. */
export function createCatalogue(client: Client) {
  const state = signal<'loading' | 'ready' | Problem>('loading');
  const models = signal<readonly ModelState[]>([]);
  const limits = signal<ImageLimits | null>(null);
  const uploadBytes = signal<number | null>(null);
  const methods = signal<readonly MethodInfo[]>([]);
  const colorMaps = signal<readonly ColorMapDocument[]>([]);
  const samples = signal<readonly Sample[]>([]);
  const labels = signal<Readonly<Record<string, readonly string[]>>>({});

  const ready = computed(() => models.value.flatMap((m) => (m.model ? [m.model] : [])));
  const tables = computed(() => new Map<string, ColorTable>(colorMaps.value.map((map) => [map.name, colorTable(map.colors)])));

  const load = async (): Promise<void> => {
    state.value = 'loading';
    try {
      const [list, ...rest] = await Promise.all([client.models(), client.methods(), client.colorMaps(), client.samples()]);
      [models.value, limits.value, uploadBytes.value] = [list.models, list.limits, list.uploadBytes];
      [methods.value, colorMaps.value, samples.value] = rest;
      state.value = 'ready';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      state.value = error;
    }
  };

  /** Asks which models there are by now. */
  const refresh = async (): Promise<void> => {
    models.value = (await client.models()).models;
  };

  /** Asks again, as long as there are models that are being loaded. */
  const untilLoaded = async (): Promise<void> => {
    while (models.value.some((m) => m.state === 'loading')) {
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
      await refresh();
    }
  };

  /** Fetches the labels of a model when somebody is going to search them. */
  const loadLabels = async (model: string): Promise<void> => {
    if (labels.value[model]) return;
    const found = await client.labels(model);
    labels.value = { ...labels.value, [model]: found };
  };

  const model = (name: string): Model | undefined => ready.value.find((m) => m.name === name);
  const method = (id: string): MethodInfo | undefined => methods.value.find((m) => m.id === id);

  /** What a model can do: what is quick first. */
  const methodsFor = (name: string): string[] => {
    const can = model(name)?.methods.flatMap((m) => (m.supported ? [m.method] : [])) ?? [];
    return [...can.filter((id) => !isLong(method(id))), ...can.filter((id) => isLong(method(id)))];
  };

  return {
    state,
    models,
    limits,
    /** The largest model that may be sent; null where none may. */
    uploadBytes,
    methods,
    colorMaps,
    samples,
    labels,
    /** The models that can answer. */
    ready,
    /** The colours of each colour map. */
    tables,
    model,
    method,
    methodsFor,
    load,
    refresh,
    untilLoaded,
    loadLabels,
  };
}
