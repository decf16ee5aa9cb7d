import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { useStore, useTexts } from '../../state/store';

const shownAtOnce = 8;

/** Finds any class of the model by its label. */
export function ClassSearch({ label, take }: { label: string; take: (index: number) => void }) {
  const { answer, catalogue, choice } = useStore();
  const texts = useTexts().classes;
  const id = useId();
  const text = useSignal('');
  const active = useSignal(0);
  const model = catalogue.model(choice.current.value?.model ?? '');
  if (!model || model.labels === 0) return null;

  const wanted = text.value.trim().toLowerCase();
  const labels = catalogue.labels.value[model.name] ?? [];
  const found = wanted ? matches(labels, wanted) : [];
  const choose = (index: number): void => {
    take(index);
    text.value = '';
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') active.value = Math.min(active.value + 1, found.length - 1);
    else if (event.key === 'ArrowUp') active.value = Math.max(active.value - 1, 0);
    else if (event.key === 'Enter' && found[active.value]) choose(found[active.value]!.index);
    else if (event.key === 'Escape') text.value = '';
    else return;
    event.preventDefault();
  };
  return (
    <div class="search">
      <input
        type="search"
        list={undefined}
        role="combobox"
        placeholder={texts.search}
        aria-label={label}
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found[active.value] ? `${id}-${found[active.value]!.index}` : undefined}
        autoComplete="off"
        value={text}
        onFocus={() => void catalogue.loadLabels(model.name).catch(answer.fail)}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={key}
      />
      <ul id={id} role="listbox" aria-label={label} hidden={found.length === 0}>
        {found.map(({ index, label }, place) => (
          <li key={index} id={`${id}-${index}`} role="option" aria-selected={place === active.value} onPointerDown={() => choose(index)}>
            {label}
          </li>
        ))}
      </ul>
      {wanted && found.length === 0 && labels.length > 0 && <p class="hint">{texts.none}</p>}
    </div>
  );
}

// Labels that begin with the text come first, then those with a word that does.
function matches(labels: readonly string[], wanted: string): { index: number; label: string }[] {
  const found = labels.flatMap((label, index) => {
    const at = label.toLowerCase().indexOf(wanted);
    const rank = at === 0 ? 0 : ` ${label.toLowerCase()}`.includes(` ${wanted}`) ? 1 : 2;
    return at < 0 ? [] : [{ index, label, rank }];
  });
  return found.sort((a, b) => a.rank - b.rank).slice(0, shownAtOnce);
}
