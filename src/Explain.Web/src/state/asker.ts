import type { Client } from '../api/client';
import { isAbort, Problem } from '../api/problem';
import type { CostEstimate, ProgressDocument } from '../api/types';
import type { Answer } from './answer';
import { isLong, type Catalogue } from './catalogue';
import { isSame, parametersOf, type Choice } from './choice';
import type { Picture } from './picture';

/** A question beside the page's own, and how far it is. */
export type Cell =
  | { readonly kind: 'waiting'; readonly choice: Choice }
  | { readonly kind: 'working'; readonly choice: Choice; readonly growth: ProgressDocument | null }
  | { readonly kind: 'done'; readonly choice: Choice; readonly answer: Answer }
  | { readonly kind: 'dear'; readonly choice: Choice; readonly cost: CostEstimate }
  | { readonly kind: 'failed'; readonly choice: Choice; readonly problem: Problem };

export type Asker = ReturnType<typeof createAsker>;

/** How many answers are kept for each picture. */
const most = 160;

/** Asks what is compared; what was answered of a picture is not asked again. */
export function createAsker(client: Client, catalogue: Catalogue) {
  const kept = new WeakMap<Picture, Answer[]>();

  const ask = async (picture: Picture, choice: Choice, signal: AbortSignal, grow?: (growth: ProgressDocument) => void): Promise<Cell> => {
    const began = performance.now();
    const parameters = parametersOf(choice);
    const { document, record } =
      grow && isLong(catalogue.method(choice.method))
        ? await client.explainGrowing(choice.model, picture.file, parameters, grow, signal)
        : await client.explain(choice.model, picture.file, parameters, signal);
    const [target] = document.explanations;
    if (!target) return { kind: 'waiting', choice };
    const answer = { picture, choice, document, target, record, milliseconds: performance.now() - began };
    kept.set(picture, [...(kept.get(picture) ?? []).slice(1 - most), answer]);
    return { kind: 'done', choice, answer };
  };

  /**
   * Asks, unless it takes too long.
   * @param dearest What it may take by the service's own estimate, in milliseconds.
   * @param grow Gets how far a long method is.
   */
  const settle = async (
    picture: Picture,
    choice: Choice,
    dearest: number,
    signal: AbortSignal,
    grow?: (growth: ProgressDocument) => void,
  ): Promise<Cell> => {
    const answer = kept.get(picture)?.find((a) => isSame(a.choice, choice));
    if (answer) return { kind: 'done', choice, answer };
    try {
      if (dearest < Infinity) {
        const cost = await client.estimate(choice.model, parametersOf(choice), signal);
        if (cost.milliseconds > dearest) return { kind: 'dear', choice, cost };
      }
      return await ask(picture, choice, signal, grow);
    } catch (error) {
      if (isAbort(error)) return { kind: 'waiting', choice };
      if (!(error instanceof Problem)) throw error;
      return { kind: 'failed', choice, problem: error };
    }
  };

  return { settle };
}
