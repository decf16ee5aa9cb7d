import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { ColorTable } from '../../map/colors';
import type { Placement } from '../../map/geometry';
import type { Scale } from '../../map/scale';
import type { MapValues } from '../../map/values';
import { useStore } from '../../state/store';
import { colorsOf, scaleFor } from '../parts/heatmaps';

/** A map that can be drawn: with its scale, colours and place. */
export interface Shown {
  readonly map: MapValues;
  readonly scale: Scale;
  readonly table: ColorTable;
  readonly place: Placement;
}

/** What is drawn over the present picture; null while there is nothing, or where a map says nothing. */
export function useShown(): ReadonlySignal<Shown | null> {
  const { answer, catalogue, choice, picture, view } = useStore();
  return useComputed(() => {
    const [map, facts] = [answer.map.value, answer.facts.value];
    const isGrowing = 'growth' in answer.work.value && answer.work.value.growth !== null;
    const asked = isGrowing ? choice.current.value : (answer.current.value?.choice ?? null);
    const isOfPicture = isGrowing || answer.current.value?.picture === picture.current.value;
    if (!map || !asked || !isOfPicture || facts?.picture !== picture.current.value || facts.model !== asked.model) return null;
    const scale = scaleFor(catalogue, asked, map);
    const table = scale && colorsOf(catalogue, view, scale.signed);
    return scale && table ? { map, scale, table, place: facts.image } : null;
  });
}
