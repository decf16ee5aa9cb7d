import { useMemo } from 'preact/hooks';
import { regions } from '../../map/regions';
import { useStore, useTexts } from '../../state/store';
import type { Drawn } from '../parts/drawn';
import { percent } from '../parts/format';

/** The regions above the threshold of the slider; while it is at zero, and for maps of pixels, those that the service found. */
export function Boxes({ shown: { map, place } }: { shown: Drawn }) {
  const { answer, catalogue, language, view } = useStore();
  const texts = useTexts();
  const chosen = answer.current.value?.choice;
  const input = catalogue.model(chosen?.model ?? '')?.input;
  const given = answer.current.value?.target.boxes ?? [];
  const threshold = view.threshold.value;
  // The service smooths maps of pixels before it looks for regions.
  const isOfPixels = map.rows === input?.height && map.columns === input.width;
  const found = useMemo(
    () => (input && threshold > 0 && !isOfPixels ? regions(map, threshold, place, input.width, input.height) : given),
    [map, threshold, place, input, given],
  );
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
