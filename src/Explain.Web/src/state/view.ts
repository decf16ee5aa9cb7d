import { signal } from '@preact/signals';

/** How a map is looked at; nothing of it is asked of the service. */
export function createView() {
  return {
    opacity: signal(0.7),
    /** Values weaker than this share of the strongest are hidden. */
    threshold: signal(0),
    /** The name of a colour map; null for the usual one of unsigned or signed maps. */
    colorMap: signal<string | null>(null),
    /** Whether weak values are fainter. */
    fade: signal(true),
    boxes: signal(false),
    /** A point of the picture, in its pixels, that is looked at. */
    pointer: signal<{ readonly x: number; readonly y: number } | null>(null),
  };
}

export type View = ReturnType<typeof createView>;
