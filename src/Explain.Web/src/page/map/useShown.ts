import { useComputed, type ReadonlySignal } from '@preact/signals';
import { useStore } from '../../state/store';
import type { Drawn } from '../parts/drawn';
import { colorsOf, scaleFor } from '../parts/heatmaps';

/** What is drawn over the present picture; null while there is nothing, or where a map says nothing. */
export function useShown(): ReadonlySignal<Drawn | null> {
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
