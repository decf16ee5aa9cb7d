import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Model } from '../../api/types';
import { useStore, useTexts } from '../../state/store';

const shownAtOnce = 200;

/** All classes by number and name; a click explains one. */
export function Labels({ model }: { model: Model }) {
  const { catalogue, choice, open } = useStore();
  const texts = useTexts();
  const text = useSignal('');
  useEffect(() => void catalogue.loadLabels(model.name), [model.name]);
  const wanted = text.value.trim().toLowerCase();
  const all = (catalogue.labels.value[model.name] ?? []).map((label, index) => ({ label, index }));
  const found = wanted ? all.filter(({ label, index }) => label.toLowerCase().includes(wanted) || `${index}` === wanted) : all;
  const explain = (index: number): void => {
    if (choice.current.value) open({ ...choice.current.value, target: `${index}`, score: 'logit' });
  };
  return (
    <section class="labels" aria-labelledby="model-labels">
      <h2 id="model-labels">{texts.models.labels}</h2>
      <input
        type="search"
        placeholder={texts.classes.search}
        aria-label={texts.classes.search}
        value={text}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <p class="hint" aria-live="polite">
        {texts.classes.found(found.length)}
      </p>
      <ol tabIndex={0} aria-labelledby="model-labels">
        {found.slice(0, shownAtOnce).map(({ label, index }) => (
          <li key={index}>
            <small>{index}</small>
            <button type="button" class="quiet" onClick={() => explain(index)}>
              {label}
            </button>
          </li>
        ))}
      </ol>
      {found.length > shownAtOnce && <p class="hint">{texts.models.more(found.length - shownAtOnce)}</p>}
    </section>
  );
}
