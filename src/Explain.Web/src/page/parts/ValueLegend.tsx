import { cssColor } from '../../map/colors';
import { onInput } from '../../map/geometry';
import { strength, unit } from '../../map/scale';
import { valueAt } from '../../map/values';
import { useStore, useTexts } from '../../state/store';
import type { Drawn } from './drawn';
import { percent, plain } from './format';

const stops = Array.from({ length: 17 }, (_, i) => Math.round((255 * i) / 16));

/** What the colours mean, and the value under the pointer. */
export function ValueLegend({ drawn }: { drawn: Drawn | null }) {
  const { language, view } = useStore();
  const texts = useTexts().stage;
  if (!drawn) return <div class="legend" />;
  const { map, scale, table, place } = drawn;
  const gradient = `linear-gradient(to right, ${stops.map((entry) => cssColor(table[entry]!)).join(', ')})`;
  const point = view.pointer.value;
  const at = point && onInput(place, point.x, point.y);
  const value = at && valueAt(map, at.x, at.y);
  const read = !point
    ? texts.hover
    : value === null
      ? texts.unseen
      : texts.value(plain(value, language.value), percent(strength(scale, value), language.value));
  return (
    <div class="legend">
      <span>{plain(scale.low, language.value)}</span>
      <div class="bar" role="img" aria-label={texts.legend} style={{ backgroundImage: gradient }}>
        {value !== null && <i style={{ left: `${100 * unit(scale, value)}%` }} />}
      </div>
      <span>{plain(scale.high, language.value)}</span>
      <output aria-live="polite">{read}</output>
    </div>
  );
}
