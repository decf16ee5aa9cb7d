import { enlarge, type MapValues } from './values';

const whole = { x: 0, y: 0, width: 1, height: 1 };

/** The pixels of the model's input, the most important of a map first. */
export function pixelOrder(map: MapValues, width: number, height: number): Uint32Array {
  const { data } = enlarge(map, whole, width, height);
  return Uint32Array.from(data, (_, at) => at).sort((a, b) => data[b]! - data[a]! || a - b);
}
