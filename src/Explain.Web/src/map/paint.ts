import { seenWindow, type Placement } from './geometry';
import { unit, type Scale } from './scale';
import { enlarge, type MapValues } from './values';
import type { ColorTable } from './colors';

const longestSide = 448;

/** A map over the part of the picture that the model saw, as numbers of colours: made once for each answer. */
export interface Entries {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Enlarges a map for a canvas. */
export function entriesOf(map: MapValues, scale: Scale, place: Placement): Entries {
  const shrink = Math.min(1, longestSide / Math.max(place.region.width, place.region.height));
  const width = Math.max(1, Math.round(place.region.width * shrink));
  const height = Math.max(1, Math.round(place.region.height * shrink));
  // Cut to the scale before they are enlarged, as the service does: a value beyond it does not reach into its neighbours.
  const shares = { ...map, data: map.data.map((value) => unit(scale, value)) };
  const large = enlarge(shares, seenWindow(place), width, height);
  return { width, height, data: Uint8Array.from(large.data, (share) => Math.round(255 * share)) };
}

/** Paints entries; the canvas takes their size and is laid over the part that the model saw. */
export function paint(canvas: HTMLCanvasElement, entries: Entries, table: ColorTable): void {
  const { width, height, data } = entries;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < data.length; i++) pixels[i] = table[data[i]!]!;
  context.putImageData(image, 0, 0);
}
