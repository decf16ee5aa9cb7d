import { signal } from '@preact/signals';
import type { ExplainParameters, MethodId } from '../api/client';
import type { Catalogue } from './catalogue';

export type Sign = 'positive' | 'negative' | 'both';

/** What is asked of the picture. */
export interface Choice {
  readonly model: string;
  /** `predicted`, or the index of a class. */
  readonly target: string;
  readonly method: string;
  /** A tensor's name; null for the model's own layer. */
  readonly layer: string | null;
  readonly sign: Sign;
  /** What is explained of the class: `logit`, `contrast:` and another class, or `counterfactual`. */
  readonly score: string;
}

/** What a choice is before anybody chose. */
export const usual = { target: 'predicted', method: 'gradcam', layer: null, sign: 'positive', score: 'logit' } as const;

export type ChoiceState = ReturnType<typeof createChoice>;

/** The choice, and what changes it. */
export function createChoice(catalogue: Catalogue) {
  const current = signal<Choice | null>(null);

  /** Changes some of it; a change of the model keeps nothing that the other may not have, one of the class no contrast with another. */
  const choose = (change: Partial<Choice>): void => {
    const before = current.value;
    const model = change.model ?? before?.model;
    if (!model) return;
    const kept = before && before.model === model ? before : { ...usual, model, method: methodFor(catalogue, model, before?.method) };
    const score = change.target === undefined || change.target === kept.target ? kept.score : usual.score;
    current.value = { ...kept, score, ...change };
  };

  return { current, choose };
}

/** The same as parameters of the API: what is usual is not said. */
export function parametersOf(choice: Choice): ExplainParameters {
  return {
    method: choice.method as MethodId,
    target: choice.target,
    ...(choice.layer === null ? {} : { layer: choice.layer }),
    ...(choice.sign === usual.sign ? {} : { sign: choice.sign }),
    ...(choice.score === usual.score ? {} : { score: choice.score }),
  };
}

/** Whether two ask the same. */
export function isSame(a: Choice, b: Choice): boolean {
  return (Object.keys(a) as (keyof Choice)[]).every((key) => a[key] === b[key]);
}

// The wished one if the model can do it, else the first that it can.
function methodFor(catalogue: Catalogue, model: string, wished: string = usual.method): string {
  const supported = catalogue.methodsFor(model);
  return supported.includes(wished) ? wished : (supported[0] ?? wished);
}
