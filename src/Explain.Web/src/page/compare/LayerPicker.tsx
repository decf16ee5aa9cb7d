import { useSignal } from '@preact/signals';
import { useStore, useTexts } from '../../state/store';
import type { Picking } from './Picker';

/** A slider from shallow to deep; it asks when it is let go. */
export function LayerPicker({ label, choice, take }: Picking) {
  const { catalogue } = useStore();
  const texts = useTexts().layer;
  const dragged = useSignal<number | null>(null);
  const model = catalogue.model(choice.model);
  const layers = model?.layers ?? [];
  const current = layers.findIndex((layer) => layer.name === (choice.layer ?? model?.layer?.name));
  const layer = layers[dragged.value ?? current];
  return (
    <>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={layer?.name}
        min="0"
        max={layers.length - 1}
        step="1"
        value={dragged.value ?? current}
        onInput={(event) => (dragged.value = event.currentTarget.valueAsNumber)}
        onChange={(event) => {
          dragged.value = null;
          take(layers[event.currentTarget.valueAsNumber]?.name ?? '');
        }}
      />
      <div class="ends">
        <span>{texts.shallow}</span>
        <span>{texts.deep}</span>
      </div>
      <p class="hint line">
        <code>{layer?.name}</code>
        {layer && ` ${layer.operator}, ${texts.shape(layer.shape[0] ?? 0, layer.shape[1] ?? 0, layer.shape[2] ?? 0)}`}
      </p>
    </>
  );
}
