import { useSignal, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** How a picture is moved: its left top corner in shares of the frame, and how many times as large it is. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const largest = 16;
const whole: Zoom = { scale: 1, x: 0, y: 0 };

export interface Zooming {
  readonly zoom: Signal<Zoom>;
  readonly frame: RefObject<HTMLDivElement | null>;
  by(factor: number): void;
  move(x: number, y: number): void;
  reset(): void;
  /** Where a point of the screen lies, in shares of the picture. */
  place(clientX: number, clientY: number): { x: number; y: number };
}

/** Wheel, pinch and drag over a frame. */
export function useZoom(): Zooming {
  const zoom = useSignal(whole);
  const frame = useRef<HTMLDivElement>(null);

  const around = (factor: number, x: number, y: number): void => {
    const before = zoom.value;
    const scale = Math.min(Math.max(before.scale * factor, 1), largest);
    const grown = scale / before.scale;
    zoom.value = kept({ scale, x: x - (x - before.x) * grown, y: y - (y - before.y) * grown });
  };
  const move = (x: number, y: number): void => {
    zoom.value = kept({ ...zoom.value, x: zoom.value.x + x, y: zoom.value.y + y });
  };
  const inFrame = (clientX: number, clientY: number): [number, number] => {
    const { left, top, width, height } = frame.current!.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  const place = (clientX: number, clientY: number): { x: number; y: number } => {
    const [x, y] = inFrame(clientX, clientY);
    return { x: (x - zoom.value.x) / zoom.value.scale, y: (y - zoom.value.y) / zoom.value.scale };
  };

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const down = new Map<number, [number, number]>();
    const wheel = (event: WheelEvent): void => {
      // At its own size the picture lets the page scroll on.
      if (event.deltaY > 0 && zoom.value.scale === 1) return;
      event.preventDefault();
      around(Math.exp(-event.deltaY / 300), ...inFrame(event.clientX, event.clientY));
    };
    const press = (event: PointerEvent): void => {
      down.set(event.pointerId, inFrame(event.clientX, event.clientY));
    };
    const drag = (event: PointerEvent): void => {
      const from = down.get(event.pointerId);
      if (!from) return;
      const to = inFrame(event.clientX, event.clientY);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) around(distance(to, other) / distance(from, other), (to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
      else if (zoom.value.scale > 1) {
        element.setPointerCapture(event.pointerId);
        move(to[0] - from[0], to[1] - from[1]);
      }
      down.set(event.pointerId, to);
    };
    const lift = (event: PointerEvent): void => void down.delete(event.pointerId);
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('pointerdown', press);
    element.addEventListener('pointermove', drag);
    for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.addEventListener(end, lift);
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('pointerdown', press);
      element.removeEventListener('pointermove', drag);
      for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.removeEventListener(end, lift);
    };
  }, []);

  return { zoom, frame, by: (factor) => around(factor, 0.5, 0.5), move, reset: () => (zoom.value = whole), place };
}

function distance(a: [number, number], b: [number, number]): number {
  return Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 0.01);
}

// The picture always fills its frame.
function kept({ scale, x, y }: Zoom): Zoom {
  const limit = (at: number): number => Math.min(Math.max(at, 1 - scale), 0);
  return { scale, x: limit(x), y: limit(y) };
}
