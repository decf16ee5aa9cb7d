import { useStore, useTexts } from '../../state/store';
import { Facts } from './Facts';
import { Gradients } from './Gradients';
import { Guesses } from './Guesses';
import { Labels } from './Labels';
import { Layers } from './Layers';
import { Methods } from './Methods';

/** One model at a glance: what it takes and gives, what is inside, and what can be asked of it. */
export function ModelView() {
  const { catalogue, choice } = useStore();
  const texts = useTexts().models;
  const model = catalogue.model(choice.current.value?.model ?? '');
  if (!model) return null;
  return (
    <div class="model" key={model.name}>
      <div>
        <h1 class="title">{model.name}</h1>
        <p class="hint">{texts.about(model.layers.length, model.classes)}</p>
      </div>
      <Layers model={model} />
      <div class="columns">
        <div>
          <Facts model={model} />
          <Gradients model={model} />
        </div>
        <div>
          <Guesses model={model} />
          {model.labels > 0 && <Labels model={model} />}
        </div>
      </div>
      <Methods model={model} />
    </div>
  );
}
