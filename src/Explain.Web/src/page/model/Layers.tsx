import { useSignal } from '@preact/signals';
import type { Model } from '../../api/types';
import { usual } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { useSeries } from '../parts/useSeries';
import { LayerCard } from './LayerCard';
import { LayerShown } from './LayerShown';

/** What takes longer is left out, in milliseconds. */
const dearest = 3000;

/** The layers that can be explained, from shallow to deep, with the present picture's map at each. */
export function Layers({ model }: { model: Model }) {
  const { catalogue, choice, picture } = useStore();
  const texts = useTexts();
  const [shown, chosen] = [picture.current.value, choice.current.value];
  const selected = useSignal<string | null>(null);
  const method = chosen && hasLayer(chosen.method) ? chosen.method : catalogue.methodsFor(model.name).find(hasLayer);
  const series = useSeries([shown, model.name, method, chosen?.target, chosen?.sign]);
  if (!chosen || model.layers.length === 0) return <p>{texts.models.noLayers}</p>;

  const own = model.layer?.name;
  const at = selected.value ?? chosen.layer ?? own;
  const choices = method
    ? model.layers.map(({ name }) => ({ ...chosen, method, score: usual.score, layer: name === own ? null : name }))
    : [];
  const cells = series.cells.value;
  const done = cells.filter((cell) => cell.kind !== 'waiting' && cell.kind !== 'working').length;
  const layer = model.layers.find(({ name }) => name === at);
  return (
    <section class="layers-of" aria-labelledby="model-layers">
      <div class="over">
        <h2 id="model-layers">{texts.models.layers}</h2>
        {series.isRunning.value ? (
          <div class="row">
            <progress value={done} max={cells.length} aria-label={texts.work.working} />
            <button type="button" onClick={series.stop}>
              {texts.work.stop}
            </button>
          </div>
        ) : (
          shown &&
          choices.length > 0 && (
            <button type="button" onClick={() => void series.run(shown, choices, dearest)}>
              {texts.models.drawAll}
            </button>
          )
        )}
      </div>
      <ol class="strip" tabIndex={0} aria-label={texts.models.layers} aria-busy={series.isRunning.value}>
        {model.layers.map((candidate, place) => (
          <li key={candidate.name}>
            <LayerCard
              layer={candidate}
              picture={shown}
              cell={cells[place] ?? null}
              isOwn={candidate.name === own}
              isSelected={candidate.name === at}
              select={() => (selected.value = candidate.name)}
            />
          </li>
        ))}
      </ol>
      <div class="ends">
        <span>{texts.layer.shallow}</span>
        <span>{texts.layer.deep}</span>
      </div>
      {layer && (
        <LayerShown
          layer={layer}
          reason={layer.name === own ? (model.layer?.reason ?? null) : null}
          choice={choices[model.layers.indexOf(layer)] ?? null}
        />
      )}
      {!shown && <p class="hint">{texts.models.noPicture}</p>}
    </section>
  );

  function hasLayer(id: string): boolean {
    return catalogue.method(id)?.needs.includes('layer') ?? false;
  }
}
