/** What changes the answer: a change asks anew. */
export const asked = ['src', 'model', 'target', 'method', 'layer', 'service'] as const;

/** What changes how it is drawn: a change sends nothing. */
export const drawn = ['opacity', 'threshold', 'colormap', 'alt'] as const;

/** What is asked; null where it is left to the service. */
export interface Question {
  readonly src: string;
  readonly model: string;
  readonly target: string | null;
  readonly method: string | null;
  readonly layer: string | null;
  /** Where the service's addresses begin, with a slash at the end. */
  readonly service: string;
}

/** How the map is drawn. */
export interface Look {
  readonly opacity: number;
  readonly threshold: number;
  /** Name of a colour map. */
  readonly colormap: string;
}

/** An attribute that says what it must not. */
export class WrongAttribute extends Error {}

/**
 * Reads what is asked.
 * @param usual The service that is asked where none is named.
 * @returns null while the picture or the model is yet to be named.
 */
export function questionOf(element: Element, usual: string): Question | null {
  const text = (name: (typeof asked)[number]): string | null => element.getAttribute(name)?.trim() || null;
  const [src, model] = [text('src'), text('model')];
  if (src === null || model === null) return null;
  return { src, model, target: text('target'), method: text('method'), layer: text('layer'), service: serviceOf(text('service'), usual) };
}

/** Reads how it is drawn. */
export function lookOf(element: Element): Look {
  return {
    opacity: share(element, 'opacity', 0.75),
    threshold: share(element, 'threshold', 0),
    colormap: element.getAttribute('colormap')?.trim() || 'turbo',
  };
}

function serviceOf(given: string | null, usual: string): string {
  if (given === null) return usual;
  const address = given.endsWith('/') ? given : `${given}/`;
  if (URL.canParse(address, document.baseURI)) return new URL(address, document.baseURI).href;
  throw new WrongAttribute(`service = '${given}' is not allowed; allowed: an address, like https://explain.example.org`);
}

function share(element: Element, name: 'opacity' | 'threshold', usual: number): number {
  const text = element.getAttribute(name)?.trim();
  if (!text) return usual;
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new WrongAttribute(`${name} = '${text}' is not allowed; allowed: a number from 0 to 1`);
  return value;
}
