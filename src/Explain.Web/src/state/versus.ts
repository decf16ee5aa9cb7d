import { computed, signal } from '@preact/signals';
import type { AnswerState } from './answer';
import type { Catalogue } from './catalogue';
import { usual, type Choice, type ChoiceState } from './choice';

/** In what the two sides of a comparison differ: a line here, a suggestion and a picker. */
export const aspects = ['target', 'score', 'method', 'layer', 'model'] as const;

export type Aspect = (typeof aspects)[number];

export type Versus = ReturnType<typeof createVersus>;

/** A second question that differs from the page's own in one respect. */
export function createVersus(catalogue: Catalogue, choice: ChoiceState, answer: AnswerState) {
  const aspect = signal<Aspect>('target');
  const picked = signal<string | null>(null);

  /** Chooses in what the sides differ. */
  const compare = (by: Aspect, value: string | null = null): void => {
    [aspect.value, picked.value] = [by, value];
  };

  // The best class that is not explained already.
  const rival = (left: Choice): string | null => {
    const predictions = answer.facts.value?.model === left.model ? answer.facts.value.predictions : [];
    const explained = left.target === usual.target ? predictions[0]?.index : Number(left.target);
    const other = predictions.find((p) => p.index !== explained);
    return other ? `${other.index}` : null;
  };

  const suggested = (by: Aspect, left: Choice): string | null => {
    const model = catalogue.model(left.model);
    const against = rival(left);
    switch (by) {
      case 'target':
        return against;
      case 'score':
        return against === null ? null : `contrast:${against}`;
      case 'method':
        return ['layercam', ...catalogue.methodsFor(left.model)].find((id) => id !== left.method && can(id, left.model)) ?? null;
      case 'layer':
        return model?.layers[Math.floor(model.layers.length / 2)]?.name ?? null;
      case 'model':
        return catalogue.ready.value.find((m) => m.name !== left.model)?.name ?? null;
    }
  };

  // What was picked for another model may not be there.
  const fits = (by: Aspect, value: string, left: Choice): boolean => {
    const model = catalogue.model(left.model);
    if (by === 'method') return can(value, left.model);
    if (by === 'layer') return model?.layers.some((layer) => layer.name === value) ?? false;
    if (by === 'model') return catalogue.model(value) !== undefined;
    const index = Number(value.split(':').at(-1));
    return Number.isNaN(index) || index < (model?.classes ?? 0);
  };

  const can = (method: string, model: string): boolean => catalogue.methodsFor(model).includes(method);

  // By its label, as models number their classes differently; null until labels are there.
  const sameClass = (left: Choice, model: string): string | null => {
    if (left.target === usual.target) return usual.target;
    const [ours, theirs] = [catalogue.labels.value[left.model], catalogue.labels.value[model]];
    if (!ours || !theirs) return null;
    const wanted = ours[Number(left.target)]?.toLowerCase();
    const found = theirs.findIndex((label) => label.toLowerCase() === wanted);
    return found < 0 ? usual.target : `${found}`;
  };

  const other = computed<Choice | null>(() => {
    const left = choice.current.value;
    if (!left) return null;
    const value = picked.value !== null && fits(aspect.value, picked.value, left) ? picked.value : suggested(aspect.value, left);
    if (value === null) return null;
    if (aspect.value === 'target') return { ...left, target: value, score: usual.score };
    if (aspect.value !== 'model') return { ...left, [aspect.value]: value };
    const target = sameClass(left, value);
    const method = can(left.method, value) ? left.method : catalogue.methodsFor(value)[0];
    return target === null || !method ? null : { ...usual, model: value, method, target, sign: left.sign };
  });

  return { aspect, picked, other, compare };
}
