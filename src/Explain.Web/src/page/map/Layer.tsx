import { useSignal } from '@preact/signals';
import { useStore, useTexts } from '../../state/store';

/** From the first feature maps to the last: the slider asks when it is let go. */
export function Layer() {
  const { answer, catalogue, choice } = useStore();
  const texts = useTexts().layer;
  const chosen = choice.current.value;
  const model = catalogue.model(chosen?.model ?? '');
  const dragged = useSignal<number | null>(null);
  if (!chosen || !model || model.layers.length < 2) return null;

  const usual = model.layers.findIndex((layer) => layer.name === model.layer?.name);
  const current = chosen.layer === null ? usual : model.layers.findIndex((layer) => layer.name === chosen.layer);
  const place = dragged.value ?? current;
  const layer = model.layers[place];
  const needs = catalogue.method(chosen.method)?.needs ?? '';
  const isUsual = chosen.layer === null;
  const hasLayer = needs.includes('layer');
  const answered = answer.current.value?.target.layer;
  const take = (at: number): void => {
    dragged.value = null;
    const name = model.layers[at]?.name ?? null;
    choice.choose({ layer: at === usual ? null : name });
  };
  return (
    <section aria-labelledby="layer">
      <h2 id="layer">{texts.title}</h2>
      {hasLayer ? (
        <>
          <input
            type="range"
            aria-labelledby="layer"
            aria-valuetext={layer?.name}
            min="0"
            max={model.layers.length - 1}
            step="1"
            value={place}
            onInput={(event) => (dragged.value = event.currentTarget.valueAsNumber)}
            onChange={(event) => take(event.currentTarget.valueAsNumber)}
          />
          <div class="ends">
            <span>{texts.shallow}</span>
            <span>{texts.deep}</span>
          </div>
          <p class="hint">
            <code>{layer?.name ?? answered}</code>
            {layer && ` ${layer.operator}, ${texts.shape(layer.shape[0] ?? 0, layer.shape[1] ?? 0, layer.shape[2] ?? 0)}`}
          </p>
          {!isUsual && (
            <button type="button" class="quiet" onClick={() => choice.choose({ layer: null })}>
              {texts.reset}
            </button>
          )}
        </>
      ) : (
        <p class="hint">{texts.fixed}</p>
      )}
    </section>
  );
}
