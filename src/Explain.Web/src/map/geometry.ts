import type { Window } from './values';

/** Pixels of the picture, upright. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the map lies on the picture; `image` of a JSON answer is one. */
export interface Placement {
  /** Of the picture, upright as EXIF says. */
  readonly width: number;
  readonly height: number;
  /** The part that the model saw: the map is drawn there alone. */
  readonly region: Rect;
  /** Where the model's whole input lies, beyond the picture where it was padded. */
  readonly input: Rect;
}

/** A point of the picture in shares of the model's input; null where the model did not look. */
export function onInput(place: Placement, x: number, y: number): { x: number; y: number } | null {
  const { region, input } = place;
  if (x < region.x || y < region.y || x >= region.x + region.width || y >= region.y + region.height) return null;
  return { x: (x - input.x) / input.width, y: (y - input.y) / input.height };
}

/** The part of the input that lies over what the model saw. */
export function seenWindow(place: Placement): Window {
  const { region, input } = place;
  return {
    x: (region.x - input.x) / input.width,
    y: (region.y - input.y) / input.height,
    width: region.width / input.width,
    height: region.height / input.height,
  };
}

/** Whether the model saw less than the whole picture. */
export function isCropped(place: Placement): boolean {
  return place.region.width < place.width || place.region.height < place.height;
}
