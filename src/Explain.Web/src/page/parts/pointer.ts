import type { View } from '../../state/view';

type Step = readonly [number, number];
interface Size {
  readonly width: number;
  readonly height: number;
}

const share = 0.02;

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where an arrow key points to. */
export function arrow(key: string): Step | undefined {
  return steps[key];
}

/** Moves the point that is read, from the middle of the picture if there is none. */
export function movePointer(view: View, { width, height }: Size, [across, down]: Step): void {
  const from = view.pointer.value ?? { x: width / 2, y: height / 2 };
  const along = (at: number, by: number, length: number): number => Math.min(Math.max(at + share * by * length, 0), length - 1);
  view.pointer.value = { x: along(from.x, across, width), y: along(from.y, down, height) };
}

/** Forgets the point when a mouse leaves; a finger that is lifted leaves it to be read. */
export function leave(view: View, event: PointerEvent): void {
  if (event.pointerType === 'mouse') view.pointer.value = null;
}
