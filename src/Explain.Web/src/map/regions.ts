import { type Placement, type Rect } from './geometry';
import { enlarge, type MapValues } from './values';

/** A connected region of a map above a threshold. */
export interface Region extends Rect {
  /** Share of the map's positive mass that lies in it. */
  readonly score: number;
}

const whole = { x: 0, y: 0, width: 1, height: 1 };

/**
 * The boxes of the regions in which the map's positive part reaches a share of its maximum, as the service finds them.
 * @param width Columns of the model's input.
 * @param height Rows of the model's input.
 */
export function regions(map: MapValues, threshold: number, place: Placement, width: number, height: number): Region[] {
  const { data } = enlarge(map, whole, width, height);
  const most = map.data.reduce((a, b) => Math.max(a, b), 0);
  if (most <= 0) return [];
  const mass = data.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const open = Uint8Array.from(data, (value) => (value > 0 && value >= threshold * most ? 1 : 0));
  const found: Region[] = [];
  for (let start = 0; start < open.length; start++) {
    if (!open[start]) continue;
    const part = flood(open, start, width, height, data);
    const box = onPicture(part, place, width, height);
    if (box) found.push({ ...box, score: part.mass / mass });
  }
  return found.sort((a, b) => b.score - a.score);
}

interface Part {
  left: number;
  top: number;
  right: number;
  bottom: number;
  mass: number;
}

// Neighbours by side or corner; what was visited is closed.
function flood(open: Uint8Array, start: number, width: number, height: number, data: Float32Array): Part {
  const part: Part = { left: width, top: height, right: 0, bottom: 0, mass: 0 };
  const stack = [start];
  open[start] = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    part.left = Math.min(part.left, x);
    part.right = Math.max(part.right, x + 1);
    part.top = Math.min(part.top, y);
    part.bottom = Math.max(part.bottom, y + 1);
    part.mass += data[at]!;
    for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
      for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
        const next = row * width + column;
        if (!open[next]) continue;
        open[next] = 0;
        stack.push(next);
      }
    }
  }
  return part;
}

// Cut to what the model saw; null for what lies on padding alone.
function onPicture(part: Part, place: Placement, width: number, height: number): Rect | null {
  const { input, region } = place;
  const left = Math.max(input.x + (part.left / width) * input.width, region.x);
  const top = Math.max(input.y + (part.top / height) * input.height, region.y);
  const right = Math.min(input.x + (part.right / width) * input.width, region.x + region.width);
  const bottom = Math.min(input.y + (part.bottom / height) * input.height, region.y + region.height);
  if (right <= left || bottom <= top) return null;
  const [x, y] = [Math.round(left), Math.round(top)];
  return { x, y, width: Math.max(1, Math.round(right) - x), height: Math.max(1, Math.round(bottom) - y) };
}
