import { useMemo } from 'preact/hooks';
import { regions } from '../../map/regions';
import { useStore, useTexts } from '../../state/store';
import type { Drawn } from '../parts/drawn';
import { percent } from '../parts/format';

/** The regions above the threshold: that of the slider, or the method's own while it is at zero. */
export function Boxes({ shown: { map, place } }: { shown: Drawn }) {
  const { answer, catalogue, language, view } = useStore();
  const texts = useTexts();
  const chosen = answer.current.value?.choice;
  const input = catalogue.model(chosen?.model ?? '')?.input;
  const usual = catalogue.method(chosen?.method ?? '')?.threshold ?? 0;
  const threshold = view.threshold.value || usual;
  const found = useMemo(() => (input ? regions(map, threshold, place, input.width, input.height) : []), [map, threshold, place, input]);
  return (
    <svg class="boxes" viewBox={`0 0 ${place.width} ${place.height}`} preserveAspectRatio="none" aria-hidden="true">
      {found.map((box) => (
        <rect key={`${box.x},${box.y}`} x={box.x} y={box.y} width={box.width} height={box.height}>
          <title>{texts.stage.box(percent(box.score, language.value))}</title>
        </rect>
      ))}
    </svg>
  );
}
