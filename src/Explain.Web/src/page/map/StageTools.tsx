import type { Signal } from '@preact/signals';
import { useTexts } from '../../state/store';
import type { Zooming } from './useZoom';

/** Zoom, and the picture without its map for as long as the button is held. */
export function StageTools({ zooming, peeking }: { zooming: Zooming; peeking: Signal<boolean> }) {
  const texts = useTexts().stage;
  const isWhole = zooming.zoom.value.scale === 1;
  const hold = (isDown: boolean) => () => (peeking.value = isDown);
  const byKey = (isDown: boolean) => (event: KeyboardEvent) => {
    if (event.key === ' ' || event.key === 'Enter') peeking.value = isDown;
  };
  return (
    <div class="tools">
      <button
        type="button"
        class="icon"
        title={texts.peek}
        aria-label={texts.peek}
        aria-pressed={peeking.value}
        onPointerDown={hold(true)}
        onPointerUp={hold(false)}
        onPointerLeave={hold(false)}
        onKeyDown={byKey(true)}
        onKeyUp={byKey(false)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10Z" />
          <circle cx="10" cy="10" r="2.5" />
        </svg>
      </button>
      <button
        type="button"
        class="icon"
        title={texts.zoomOut}
        aria-label={texts.zoomOut}
        disabled={isWhole}
        onClick={() => zooming.by(1 / 1.6)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 10h12" />
        </svg>
      </button>
      <button type="button" class="icon" title={texts.zoomIn} aria-label={texts.zoomIn} onClick={() => zooming.by(1.6)}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 10h12M10 4v12" />
        </svg>
      </button>
      <button type="button" class="icon" title={texts.zoomFit} aria-label={texts.zoomFit} disabled={isWhole} onClick={zooming.reset}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4" />
        </svg>
      </button>
    </div>
  );
}
