import type { View } from '../../state/view';
import type { Zooming } from './useZoom';

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Arrows move the point that is read, with Shift the picture; plus, minus and 0 zoom. */
export function readByKeys(event: KeyboardEvent, zooming: Zooming, view: View, size: { width: number; height: number }): void {
  const step = steps[event.key];
  if (step && event.shiftKey) zooming.move(-0.1 * step[0], -0.1 * step[1]);
  else if (step) {
    const from = view.pointer.value ?? { x: size.width / 2, y: size.height / 2 };
    const along = (at: number, by: number, length: number): number => Math.min(Math.max(at + 0.02 * by * length, 0), length - 1);
    view.pointer.value = { x: along(from.x, step[0], size.width), y: along(from.y, step[1], size.height) };
  } else if (event.key === '+' || event.key === '=') zooming.by(1.5);
  else if (event.key === '-') zooming.by(1 / 1.5);
  else if (event.key === '0') zooming.reset();
  else return;
  event.preventDefault();
}
