import { batch, computed, signal } from '@preact/signals';
import type { Answered, Client } from '../api/client';
import { isAbort, Problem } from '../api/problem';
import type { CostEstimate, Explanation, ImageFacts, Prediction, ProgressDocument, TargetExplanation } from '../api/types';
import { mapValues } from '../map/values';
import { isLong, type Catalogue } from './catalogue';
import { isSame, parametersOf, type Choice } from './choice';
import type { Picture } from './picture';

/** A question with its answer. */
export interface Answer {
  readonly picture: Picture;
  readonly choice: Choice;
  readonly document: Explanation;
  readonly target: TargetExplanation;
  /** Where the audit trail has it; null without a trail. */
  readonly record: string | null;
  /** From the question to the answer, as the page waited. */
  readonly milliseconds: number;
}

/** What a model said of a picture, whatever was asked of it. */
export interface Facts {
  readonly picture: Picture;
  readonly model: string;
  readonly image: ImageFacts;
  readonly predictions: readonly Prediction[];
}

/** What is going on. */
export type Work =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly growth: ProgressDocument | null; readonly cost: CostEstimate | null }
  | { readonly kind: 'stopped'; readonly growth: ProgressDocument }
  | { readonly kind: 'unasked'; readonly cost: CostEstimate }
  | { readonly kind: 'failed'; readonly problem: Problem };

export type AnswerState = ReturnType<typeof createAnswer>;

/** How many answers of the session are kept. */
const kept = 48;

/** What takes longer is begun by a person who knows it. */
const dearMilliseconds = 20_000;

/** The answer to the present question, and the way there. */
export function createAnswer(client: Client, catalogue: Catalogue) {
  const given = signal<readonly Answer[]>([]);
  const current = signal<Answer | null>(null);
  const facts = signal<Facts | null>(null);
  const work = signal<Work>({ kind: 'idle' });
  let running = new AbortController();

  const learn = (picture: Picture, model: string, from: { image: ImageFacts; predictions: readonly Prediction[] }): void => {
    facts.value = { picture, model, image: from.image, predictions: from.predictions };
  };

  const keep = (picture: Picture, choice: Choice, began: number, { document, record }: Answered<Explanation>): void => {
    const [target] = document.explanations;
    if (!target) return;
    const made = { picture, choice, document, target, record, milliseconds: performance.now() - began };
    batch(() => {
      learn(picture, choice.model, document);
      given.value = [...given.value.slice(1 - kept), made];
      current.value = made;
      work.value = { kind: 'idle' };
    });
  };

  // The bars come first where the map takes long.
  const know = async (picture: Picture, model: string, signal: AbortSignal): Promise<void> => {
    if (facts.value?.picture !== picture || facts.value.model !== model)
      learn(picture, model, await client.predict(model, picture.file, signal));
  };

  const askGrowing = async (
    picture: Picture,
    choice: Choice,
    signal: AbortSignal,
    isAgreed: boolean,
  ): Promise<Answered<Explanation> | null> => {
    const [cost] = await Promise.all([client.estimate(choice.model, parametersOf(choice), signal), know(picture, choice.model, signal)]);
    if (!isAgreed && cost.milliseconds > dearMilliseconds) {
      work.value = { kind: 'unasked', cost };
      return null;
    }
    work.value = { kind: 'working', growth: null, cost };
    const grow = (growth: ProgressDocument): void => {
      if (signal.aborted) return;
      const before = work.value.kind === 'working' ? work.value.growth?.maps : undefined;
      work.value = { kind: 'working', growth: { ...growth, maps: growth.maps ?? before ?? [] }, cost };
    };
    return client.explainGrowing(choice.model, picture.file, parametersOf(choice), grow, signal);
  };

  /** Asks, unless it was asked before; what was asked last and is not answered yet is given up. */
  const ask = async (picture: Picture, choice: Choice, isAgreed = false): Promise<void> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const before = given.value.find((a) => a.picture === picture && isSame(a.choice, choice));
    if (before) {
      restore(before);
      return;
    }
    const began = performance.now();
    work.value = { kind: 'working', growth: null, cost: null };
    try {
      const answered = isLong(catalogue.method(choice.method))
        ? await askGrowing(picture, choice, signal, isAgreed)
        : await client.explain(choice.model, picture.file, parametersOf(choice), signal);
      if (answered && !signal.aborted) keep(picture, choice, began, answered);
    } catch (error) {
      fail(error);
    }
  };

  /** Shows what went wrong with anything that was asked. */
  const fail = (error: unknown): void => {
    if (isAbort(error)) return;
    if (!(error instanceof Problem)) throw error;
    work.value = { kind: 'failed', problem: error };
  };

  /** Ends what is going on, here and at the service; a map that has begun to grow stays as it is. */
  const stop = (): void => {
    running.abort();
    const growth = work.value.kind === 'working' ? work.value.growth : null;
    work.value = growth?.maps?.length ? { kind: 'stopped', growth } : { kind: 'idle' };
  };

  const restore = (made: Answer): void => {
    running.abort();
    batch(() => {
      learn(made.picture, made.choice.model, made.document);
      current.value = made;
      work.value = { kind: 'idle' };
    });
  };

  /** The map to show: the one that is growing, else that of the answer. */
  const map = computed(() => {
    const growth = 'growth' in work.value ? work.value.growth : null;
    const shown = growth?.maps?.[0]?.map ?? current.value?.target.map;
    return shown ? mapValues(shown) : null;
  });

  return { given, current, facts, work, map, ask, stop, fail, restore };
}
