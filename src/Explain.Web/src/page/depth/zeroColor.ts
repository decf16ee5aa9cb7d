import type { Model } from '../../api/types';

/** The colour that becomes zero in the model's input, as a canvas holds it: what is hidden has it. */
export function zeroColor({ mean, scale, color }: Model['input']): number {
  const values = mean.map((m) => Math.min(Math.max(Math.round(m / scale), 0), 255));
  const [first = 0, second = first, third = first] = values;
  const [red, green, blue] = color === 'BGR' ? [third, second, first] : [first, second, third];
  return red + green * 0x100 + blue * 0x10000 + 0xff000000;
}
