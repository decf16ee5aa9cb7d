import { useEffect, useMemo, useRef } from 'preact/hooks';
import { withOpacity, type ColorTable } from '../../map/colors';
import type { Placement } from '../../map/geometry';
import { entriesOf, paint } from '../../map/paint';
import type { Scale } from '../../map/scale';
import type { MapValues } from '../../map/values';

interface Properties {
  readonly map: MapValues;
  readonly scale: Scale;
  readonly place: Placement;
  readonly table: ColorTable;
  readonly threshold: number;
  readonly fade: boolean;
  readonly opacity: number;
  readonly label?: string;
}

/** A map over the part of a picture that the model saw; its parent is as large as the picture. */
export function Heat({ map, scale, place, table, threshold, fade, opacity, label }: Properties) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const entries = useMemo(() => entriesOf(map, scale, place), [map, scale, place]);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, entries, withOpacity(table, scale.signed, { threshold, fade }));
  }, [entries, table, scale.signed, threshold, fade]);
  const { region, width, height } = place;
  const style = {
    left: `${(100 * region.x) / width}%`,
    top: `${(100 * region.y) / height}%`,
    width: `${(100 * region.width) / width}%`,
    height: `${(100 * region.height) / height}%`,
    opacity: `${opacity}`,
  };
  return <canvas ref={canvas} class="heat" style={style} role="img" aria-label={label} aria-hidden={label ? undefined : true} />;
}
