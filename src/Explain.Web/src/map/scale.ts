import type { MapValues } from './values';

/** Which raw values get the first and the last colour. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Zero in the middle: colours on both sides of it. */
  readonly signed: boolean;
}

/**
 * The scale that the service's pictures have: from the smallest to the largest positive value, or both ways from zero.
 * @param clip Percentiles beyond which values get the outermost colours.
 * @returns null where there is nothing to show: all values are the same.
 */
export function scaleOf(map: MapValues, signed: boolean, clip: readonly [number, number] = [0, 100]): Scale | null {
  const values = signed ? map.data.slice() : map.data.map((value) => Math.max(value, 0));
  if (!values.every(Number.isFinite)) return null;
  values.sort();
  const [low, high] = [percentile(values, clip[0]), percentile(values, clip[1])];
  if (!signed) return high > low ? { low, high, signed } : null;
  const most = Math.max(Math.abs(low), Math.abs(high));
  return high > low ? { low: -most, high: most, signed } : null;
}

/** Where a value lies on the scale, 0 to 1. */
export function unit(scale: Scale, value: number): number {
  return Math.min(Math.max((value - scale.low) / (scale.high - scale.low), 0), 1);
}

/** How strong a value is, 0 to 1: its distance from nothing. */
export function strength(scale: Scale, value: number): number {
  const share = unit(scale, value);
  return scale.signed ? Math.abs(2 * share - 1) : share;
}

function percentile(sorted: Float32Array, percent: number): number {
  const place = (percent / 100) * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
