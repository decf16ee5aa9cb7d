import { useEffect, useRef } from 'preact/hooks';
import type { Model } from '../../api/types';
import type { Cell } from '../../state/asker';
import type { Picture } from '../../state/picture';
import { useTexts } from '../../state/store';
import { Thumb } from '../parts/Thumb';

interface Properties {
  readonly layer: Model['layers'][number];
  readonly picture: Picture | null;
  readonly cell: Cell | null;
  /** Whether it is the one that is explained unless another is asked for. */
  readonly isOwn: boolean;
  readonly isSelected: boolean;
  readonly select: () => void;
}

/** One layer of the strip: its map where that is drawn, its operator and its shape. */
export function LayerCard({ layer, picture, cell, isOwn, isSelected, select }: Properties) {
  const texts = useTexts().layer;
  const button = useRef<HTMLButtonElement>(null);
  const [channels = 0, rows = 0, columns = 0] = layer.shape;
  // The strip begins where the model's own layer is; the page stays where it is.
  useEffect(() => {
    const strip = button.current?.closest('ol');
    if (isOwn && strip) strip.scrollLeft = strip.scrollWidth;
  }, []);
  return (
    <button
      ref={button}
      type="button"
      class={`thumbnail layer ${cell?.kind ?? ''}`}
      aria-pressed={isSelected}
      title={layer.name}
      onClick={select}
    >
      {picture && cell ? (
        <Thumb picture={picture} answer={cell.kind === 'done' ? cell.answer : null} />
      ) : (
        <span class="grid" style={{ backgroundSize: `${100 / Math.min(columns, 28)}% ${100 / Math.min(rows, 28)}%` }} aria-hidden="true" />
      )}
      <strong>{layer.operator}</strong>
      <small>
        {channels} × {rows} × {columns}
      </small>
      {isOwn && <small class="own">{texts.usual}</small>}
    </button>
  );
}
