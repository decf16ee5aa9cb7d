/** 256 colours as a canvas holds them: red in the lowest byte, alpha in the highest. */
export type ColorTable = Uint32Array;

/** Reads the colours of a colour map of the service. */
export function colorTable(colors: readonly string[]): ColorTable {
  return Uint32Array.from(colors, (color) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    return pack(red!, green!, blue!, 255);
  });
}

/** How colours become more or less opaque. */
export interface Opacity {
  /** Values weaker than this share of the strongest are not painted. */
  readonly threshold: number;
  /** Whether weak values are fainter; else all that is painted is opaque. */
  readonly fade: boolean;
}

/** The same colours, with the alpha that each value has. */
export function withOpacity(table: ColorTable, signed: boolean, opacity: Opacity): ColorTable {
  return table.map((color, entry) => {
    const share = entry / 255;
    const strength = signed ? Math.abs(2 * share - 1) : share;
    if (strength < opacity.threshold) return 0;
    return (color & 0xffffff) + Math.round(255 * (opacity.fade ? ease(strength) : 1)) * 0x1000000;
  });
}

/** A colour as style sheets write it. */
export function cssColor(color: number): string {
  return `rgb(${color & 255} ${(color >> 8) & 255} ${(color >> 16) & 255})`;
}

// Faint where the map is weak, and nearly opaque from half its strength on.
function ease(strength: number): number {
  return 1 - (1 - strength) ** 2.5;
}

function pack(red: number, green: number, blue: number, alpha: number): number {
  return red + green * 0x100 + blue * 0x10000 + alpha * 0x1000000;
}
