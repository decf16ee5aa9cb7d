import type { Catalogue } from '../../state/catalogue';
import type { Choice } from '../../state/choice';
import type { View } from '../../state/view';
import { scaleOf, type Scale } from '../../map/scale';
import type { ColorTable } from '../../map/colors';
import type { MapValues } from '../../map/values';

/** The colours that are chosen, or the usual ones of a map with or without signs. */
export function colorsOf(catalogue: Catalogue, view: View, signed: boolean): ColorTable | undefined {
  const fits = catalogue.colorMaps.value.filter((map) => map.diverging === signed);
  const name = fits.find((map) => map.name === view.colorMap.value)?.name ?? fits[0]?.name;
  return name === undefined ? undefined : catalogue.tables.value.get(name);
}

/** The scale that the service's own picture of the same answer has. */
export function scaleFor(catalogue: Catalogue, choice: Choice, map: MapValues): Scale | null {
  return scaleOf(map, choice.sign === 'both', isOfPixels(catalogue, choice, map) ? [1, 99] : undefined);
}

// Gradients at every pixel have a few values far beyond the others: the outermost hundredths share a colour.
function isOfPixels(catalogue: Catalogue, choice: Choice, map: MapValues): boolean {
  const input = catalogue.model(choice.model)?.input;
  const isLarge = input !== undefined && map.rows === input.height && map.columns === input.width;
  return isLarge && (catalogue.method(choice.method)?.cost.includes('backward') ?? false);
}
