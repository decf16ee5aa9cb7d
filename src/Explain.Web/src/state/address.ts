import { usual, type Choice, type Sign } from './choice';
import { aspects, type Aspect } from './versus';

/** The page's views: a line here, a text, and a component in `page/routes.ts`. */
export const views = ['map', 'compare', 'model'] as const;

export type ViewName = (typeof views)[number];

/** What the address after the # says. */
export interface Address {
  readonly view: ViewName;
  readonly sample: string | null;
  readonly choice: Partial<Choice>;
  /** In what two sides are compared, and what is on the second. */
  readonly versus: readonly [Aspect, string | null] | null;
}

/** Reads the address; what is unknown is left out. */
export function readAddress(hash: string): Address {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const view = views.find((v) => v === given.get('view')) ?? 'map';
  const text = (name: string): string | undefined => given.get(name) || undefined;
  const sign = (['positive', 'negative', 'both'] as const).find((s: Sign) => s === given.get('sign'));
  const choice = { model: text('model'), target: text('target'), method: text('method'), layer: text('layer'), sign, score: text('score') };
  const said = Object.entries(choice).filter(([, value]) => value !== undefined);
  const aspect = aspects.find((a) => a === given.get('by'));
  const versus = aspect ? ([aspect, text('with') ?? null] as const) : null;
  return { view, sample: text('sample') ?? null, choice: Object.fromEntries(said) as Partial<Choice>, versus };
}

/** Writes it: a link to it shows the same where the picture is a sample. */
export function writeAddress(
  view: ViewName,
  sample: string | null,
  choice: Choice | null,
  [by, other]: readonly [Aspect, string | null],
): string {
  const parts = {
    view: view === 'map' ? null : view,
    model: choice?.model,
    sample,
    target: choice && choice.target !== 'predicted' ? choice.target : null,
    method: choice?.method,
    layer: choice?.layer,
    sign: choice && choice.sign !== 'positive' ? choice.sign : null,
    score: choice && choice.score !== usual.score ? choice.score : null,
    by: view === 'compare' ? by : null,
    with: view === 'compare' ? other : null,
  };
  const said = Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1]));
  return `#${new URLSearchParams(said)}`;
}
