import { arrow, movePointer } from '../parts/pointer';
import type { View } from '../../state/view';
import type { Zooming } from './useZoom';

/** Arrows move the point that is read, with Shift the picture; plus, minus and 0 zoom. */
export function readByKeys(event: KeyboardEvent, zooming: Zooming, view: View, size: { width: number; height: number }): void {
  const step = arrow(event.key);
  if (step && event.shiftKey) zooming.move(-0.1 * step[0], -0.1 * step[1]);
  else if (step) movePointer(view, size, step);
  else if (event.key === '+' || event.key === '=') zooming.by(1.5);
  else if (event.key === '-') zooming.by(1 / 1.5);
  else if (event.key === '0') zooming.reset();
  else return;
  event.preventDefault();
}
