import { useMemo } from 'preact/hooks';
import type { ColorTable } from '../../map/colors';
import type { Placement } from '../../map/geometry';
import type { Scale } from '../../map/scale';
import { mapValues, type MapValues } from '../../map/values';
import type { Answer } from '../../state/answer';
import { useStore } from '../../state/store';
import { colorsOf, scaleFor } from './heatmaps';

/** A map that can be drawn: with its scale, colours and place. */
export interface Drawn {
  readonly map: MapValues;
  readonly scale: Scale;
  readonly table: ColorTable;
  readonly place: Placement;
}

/** An answer's map; null where it says nothing. */
export function useDrawn(answer: Answer | null): Drawn | null {
  const { catalogue, view } = useStore();
  const map = useMemo(() => (answer?.target.map ? mapValues(answer.target.map) : null), [answer]);
  const scale = useMemo(() => answer && map && scaleFor(catalogue, answer.choice, map), [answer, map]);
  const table = scale && colorsOf(catalogue, view, scale.signed);
  return answer && map && scale && table ? { map, scale, table, place: answer.document.image } : null;
}
