import type { Choice, Sign } from './choice';

/** The page's views: a line here, a text, and a component in `page/routes.ts`. */
export const views = ['map'] as const;

export type ViewName = (typeof views)[number];

/** What the address after the # says. */
export interface Address {
  readonly view: ViewName;
  readonly sample: string | null;
  readonly choice: Partial<Choice>;
}

/** Reads the address; what is unknown is left out. */
export function readAddress(hash: string): Address {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const view = views.find((v) => v === given.get('view')) ?? 'map';
  const text = (name: string): string | undefined => given.get(name) || undefined;
  const sign = (['positive', 'negative', 'both'] as const).find((s: Sign) => s === given.get('sign'));
  const choice = { model: text('model'), target: text('target'), method: text('method'), layer: text('layer'), sign };
  const said = Object.entries(choice).filter(([, value]) => value !== undefined);
  return { view, sample: text('sample') ?? null, choice: Object.fromEntries(said) as Partial<Choice> };
}

/** Writes it: a link to it shows the same where the picture is a sample. */
export function writeAddress(view: ViewName, sample: string | null, choice: Choice | null): string {
  const parts = {
    view: view === 'map' ? null : view,
    model: choice?.model,
    sample,
    target: choice && choice.target !== 'predicted' ? choice.target : null,
    method: choice?.method,
    layer: choice?.layer,
    sign: choice && choice.sign !== 'positive' ? choice.sign : null,
  };
  const said = Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1]));
  return `#${new URLSearchParams(said)}`;
}
