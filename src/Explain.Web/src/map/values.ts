/** A map as the service gives it: rows of raw values over the model's whole input. */
export interface MapValues {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly data: Float32Array;
}

/** Reads the map of a JSON answer. */
export function mapValues(map: { readonly shape: readonly number[]; readonly data: readonly number[] }): MapValues {
  const [rows = 0, columns = 0] = map.shape;
  return { rows, columns, data: Float32Array.from(map.data) };
}

/**
 * The value at a place of the input, between cells in proportion as the service enlarges maps.
 * @param x 0 at the input's left edge, 1 at its right one.
 * @param y 0 at the top, 1 at the bottom.
 */
export function valueAt(map: MapValues, x: number, y: number): number {
  const [left, right, across] = between(x, map.columns);
  const [above, below, down] = between(y, map.rows);
  const at = (row: number, column: number): number => map.data[row * map.columns + column] ?? 0;
  const upper = at(above, left) * (1 - across) + at(above, right) * across;
  const lower = at(below, left) * (1 - across) + at(below, right) * across;
  return upper * (1 - down) + lower * down;
}

// Values are those of the cells' centres; beyond the outermost centres they stay.
function between(share: number, cells: number): [number, number, number] {
  const place = Math.min(Math.max(share * cells - 0.5, 0), cells - 1);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, cells - 1), place - first];
}

/** The same part of a map at another size: `width` x `height` values over the window (in shares of the input). */
export function enlarge(map: MapValues, window: Window, width: number, height: number): MapValues {
  const data = new Float32Array(width * height);
  const columns = Array.from({ length: width }, (_, x) => between(window.x + ((x + 0.5) / width) * window.width, map.columns));
  for (let y = 0; y < height; y++) {
    const [above, below, down] = between(window.y + ((y + 0.5) / height) * window.height, map.rows);
    const upper = above * map.columns;
    const lower = below * map.columns;
    for (let x = 0; x < width; x++) {
      const [left, right, across] = columns[x]!;
      const top = map.data[upper + left]! * (1 - across) + map.data[upper + right]! * across;
      const bottom = map.data[lower + left]! * (1 - across) + map.data[lower + right]! * across;
      data[y * width + x] = top * (1 - down) + bottom * down;
    }
  }
  return { rows: height, columns: width, data };
}

/** A part of the input in shares of its sides. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
