import type { Signal } from '@preact/signals';
import { useStore, useTexts } from '../../state/store';
import { percent } from '../parts/format';

/** How the map is looked at: nothing here asks the service. */
export function Look() {
  const { answer, catalogue, view } = useStore();
  const texts = useTexts().look;
  const signed = answer.current.value?.choice.sign === 'both';
  return (
    <section aria-labelledby="look">
      <h2 id="look">{texts.title}</h2>
      <Slider label={texts.opacity} value={view.opacity} />
      <Slider label={texts.threshold} value={view.threshold} most={0.95} />
      <div class="row">
        <Check label={texts.boxes} value={view.boxes} />
        <label class="check">
          <input type="checkbox" checked={!view.fade.value} onChange={(event) => (view.fade.value = !event.currentTarget.checked)} />
          {texts.everywhere}
        </label>
      </div>
      <label class="field">
        <span>{texts.colors}</span>
        <select value={view.colorMap.value ?? ''} onChange={(event) => (view.colorMap.value = event.currentTarget.value || null)}>
          <option value="">{texts.usualColors}</option>
          {catalogue.colorMaps.value
            .filter((map) => map.diverging === signed)
            .map((map) => (
              <option key={map.name} value={map.name} title={map.summary}>
                {map.name}
              </option>
            ))}
        </select>
      </label>
    </section>
  );
}

function Slider({ label, value, most = 1 }: { label: string; value: Signal<number>; most?: number }) {
  const { language } = useStore();
  return (
    <label class="slider">
      <span>{label}</span>
      <span class="value">{percent(value.value, language.value)}</span>
      <input
        type="range"
        min="0"
        max={most}
        step="0.01"
        value={value}
        onInput={(event) => (value.value = event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Check({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => (value.value = event.currentTarget.checked)} />
      {label}
    </label>
  );
}
