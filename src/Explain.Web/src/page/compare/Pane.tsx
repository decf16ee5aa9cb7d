import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { isCropped } from '../../map/geometry';
import type { Answer } from '../../state/answer';
import type { Picture } from '../../state/picture';
import { useStore, useTexts } from '../../state/store';
import type { Drawn } from '../parts/drawn';
import { Heat } from '../parts/Heat';
import { explainedName } from '../parts/naming';
import { arrow, leave, movePointer } from '../parts/pointer';
import { Seen } from '../parts/Seen';
import { ValueLegend } from '../parts/ValueLegend';
import { Crosshair } from './Crosshair';
import { Says } from './Says';

interface Properties {
  readonly picture: Picture;
  /** Which side it is. */
  readonly name: string;
  readonly answer: Answer | null;
  readonly drawn: Drawn | null;
  readonly isBusy: boolean;
  readonly picker: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One side: its pointer is the other's, too. */
export function Pane({ picture, name, answer, drawn, isBusy, picker, children }: Properties) {
  const { view } = useStore();
  const texts = useTexts();
  const size = useSignal({ width: 4, height: 3 });
  const { width, height } = size.value;
  const look = ({ currentTarget, clientX, clientY }: PointerEvent): void => {
    const frame = (currentTarget as HTMLElement).getBoundingClientRect();
    view.pointer.value = { x: ((clientX - frame.left) / frame.width) * width, y: ((clientY - frame.top) / frame.height) * height };
  };
  const key = (event: KeyboardEvent): void => {
    const step = arrow(event.key);
    if (!step) return;
    movePointer(view, size.value, step);
    event.preventDefault();
  };
  return (
    <section class="pane" aria-label={name} style={{ '--ratio': `${width / height}` }}>
      {picker}
      {children}
      <div
        class="frame"
        tabIndex={0}
        role="group"
        aria-label={texts.compare.pane(name)}
        aria-busy={isBusy}
        onPointerMove={look}
        onPointerDown={look}
        onPointerLeave={(event) => leave(view, event)}
        onKeyDown={key}
      >
        <img
          src={picture.url.value}
          alt={picture.name}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => (size.value = { width: naturalWidth, height: naturalHeight })}
        />
        {drawn && isCropped(drawn.place) && <Seen place={drawn.place} />}
        {drawn && (
          <Heat
            {...drawn}
            threshold={view.threshold.value}
            fade={view.fade.value}
            opacity={view.opacity.value}
            label={texts.stage.map(answer ? explainedName(answer) : '')}
          />
        )}
        <Crosshair width={width} height={height} />
      </div>
      <Says answer={answer} isDrawn={drawn !== null} />
      <ValueLegend drawn={drawn} />
    </section>
  );
}
