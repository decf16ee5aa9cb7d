import { computed, signal } from '@preact/signals';
import type { Client } from '../api/client';
import { Problem } from '../api/problem';
import type { ColorMapDocument, ImageLimits, MethodInfo, Model, ModelState, Sample } from '../api/types';
import { colorTable, type ColorTable } from '../map/colors';

export type Catalogue = ReturnType<typeof createCatalogue>;

/** What the service has: asked once when the page opens, and again when a key is given. */
export function createCatalogue(client: Client) {
  const state = signal<'loading' | 'ready' | Problem>('loading');
  const models = signal<readonly ModelState[]>([]);
  const limits = signal<ImageLimits | null>(null);
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
      [models.value, limits.value] = [list.models, list.limits];
      [methods.value, colorMaps.value, samples.value] = rest;
      state.value = 'ready';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      state.value = error;
    }
  };

  /** Fetches the labels of a model when somebody is going to search them. */
  const loadLabels = async (model: string): Promise<void> => {
    if (labels.value[model]) return;
    const found = await client.labels(model);
    labels.value = { ...labels.value, [model]: found };
  };

  return {
    state,
    models,
    limits,
    methods,
    colorMaps,
    samples,
    labels,
    /** The models that can answer. */
    ready,
    /** The colours of each colour map. */
    tables,
    model: (name: string): Model | undefined => ready.value.find((m) => m.name === name),
    method: (id: string): MethodInfo | undefined => methods.value.find((m) => m.id === id),
    load,
    loadLabels,
  };
}
