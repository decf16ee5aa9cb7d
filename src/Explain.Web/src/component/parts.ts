import type { Placement } from '../map/geometry';

export type Parts = ReturnType<typeof createParts>;

/** What is in the element's shadow: made by hand, so that no policy of a page forbids it. */
export function createParts(root: ShadowRoot) {
  const image = part('img', 'image');
  image.hidden = true;
  image.crossOrigin = 'anonymous';
  const map = part('canvas', 'map');
  map.ariaHidden = 'true';
  const loading = over('loading', 'status');
  const error = over('error', 'alert');
  const caption = part('slot');
  caption.name = 'caption';
  const figure = part('figure', 'figure');
  const frame = part('div', 'frame');
  const below = part('figcaption', 'caption');
  frame.append(image, map, loading.box, error.box);
  below.append(caption);
  figure.append(frame, below);
  root.append(figure);

  /** Shows the box of one of them, or of none. */
  const say = (which: 'loading' | 'error' | null, message = ''): void => {
    for (const [name, { box, text }] of [['loading', loading] as const, ['error', error] as const]) {
      box.hidden = name !== which;
      text.textContent = name === which ? message : '';
      box.classList.toggle('alone', image.hidden);
    }
  };

  /** Lays the map over the part of the picture that the model saw. */
  const place = ({ width, height, region }: Placement): void => {
    map.style.left = `${(100 * region.x) / width}%`;
    map.style.top = `${(100 * region.y) / height}%`;
    map.style.width = `${(100 * region.width) / width}%`;
    map.style.height = `${(100 * region.height) / height}%`;
  };

  say(null);
  return { image, map, caption, say, place };
}

function part<K extends keyof HTMLElementTagNameMap>(tag: K, name?: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (name) {
    made.part.add(name);
    made.className = name;
  }
  return made;
}

function over(name: 'loading' | 'error', role: string): { box: HTMLElement; text: HTMLElement } {
  const box = part('div', name);
  box.classList.add('over');
  box.role = role;
  const slot = part('slot');
  slot.name = name;
  const text = part('span');
  text.className = 'message';
  slot.append(text);
  box.append(slot);
  return { box, text };
}
