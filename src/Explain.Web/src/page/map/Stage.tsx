import { useSignal } from '@preact/signals';
import { isCropped, type Placement } from '../../map/geometry';
import { useStore, useTexts } from '../../state/store';
import { className } from '../parts/format';
import { Heat } from '../parts/Heat';
import { leave } from '../parts/pointer';
import { Seen } from '../parts/Seen';
import { Boxes } from './Boxes';
import { Legend } from './Legend';
import { readByKeys } from './readByKeys';
import { StageTools } from './StageTools';
import { useShown } from './useShown';
import { useZoom } from './useZoom';

/** The picture with its map: what everything else on the page is about. */
export function Stage() {
  const { answer, picture, redraw, view } = useStore();
  const texts = useTexts();
  const zooming = useZoom();
  const { zoom, frame } = zooming;
  const shown = useShown().value;
  const peeking = useSignal(false);
  const size = useSignal({ width: 4, height: 3 });
  const current = picture.current.value;
  if (!current) return null;

  const { scale, x, y } = zoom.value;
  const moved = { transform: `translate(${100 * x}%, ${100 * y}%) scale(${scale})` };
  const look = (event: PointerEvent): void => {
    const at = zooming.place(event.clientX, event.clientY);
    view.pointer.value = { x: at.x * size.value.width, y: at.y * size.value.height };
  };
  const target = answer.current.value?.target.target;
  const label = target && 'logit' in target ? className(target) : '';
  const work = answer.work.value;
  const isBusy = work.kind === 'working';
  // What is long has a bar of its own.
  const isBrief = isBusy && work.cost === null;

  return (
    <div class="stage" style={{ '--ratio': `${size.value.width / size.value.height}` }}>
      <div
        ref={frame}
        class={`frame${scale > 1 ? ' zoomed' : ''}${isBrief ? ' asking' : ''}`}
        id="stage"
        tabIndex={0}
        role="group"
        aria-label={texts.stage.label}
        aria-busy={isBusy}
        onPointerMove={look}
        onPointerDown={look}
        onPointerLeave={(event) => leave(view, event)}
        onKeyDown={(event) => readByKeys(event, zooming, view, size.value)}
      >
        <div class="moved" style={moved}>
          <img
            src={current.url}
            alt={current.name}
            draggable={false}
            onError={() => redraw().catch(answer.fail)}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => (size.value = { width, height })}
          />
          {shown && (
            <div key={`${answer.given.value.length}`} class={`layers${peeking.value ? ' hidden' : ''}${isBusy ? ' waiting' : ''}`}>
              {isCropped(shown.place) && <Seen place={shown.place} />}
              <Heat
                {...shown}
                threshold={view.threshold.value}
                fade={view.fade.value}
                opacity={view.opacity.value}
                label={texts.stage.map(label)}
              />
              {view.boxes.value && <Boxes shown={shown} />}
              <Cross place={shown.place} />
            </div>
          )}
        </div>
      </div>
      <div class="below">
        <Legend />
        <StageTools zooming={zooming} peeking={peeking} />
      </div>
    </div>
  );
}

/** The point whose value is read. */
function Cross({ place }: { place: Placement }) {
  const point = useStore().view.pointer.value;
  if (!point) return null;
  return <div class="cross" style={{ left: `${(100 * point.x) / place.width}%`, top: `${(100 * point.y) / place.height}%` }} />;
}
