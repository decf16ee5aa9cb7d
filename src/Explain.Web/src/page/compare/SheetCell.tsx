import type { Cell } from '../../state/asker';
import type { Picture } from '../../state/picture';
import { useStore, useTexts } from '../../state/store';
import { duration, percent } from '../parts/format';
import { explainedName, nameOf } from '../parts/naming';
import { Thumb } from '../parts/Thumb';

/** One map of a sheet; a click makes it the page's own. */
export function SheetCell({ cell, picture, by }: { cell: Cell; picture: Picture; by: 'methods' | 'targets' }) {
  const { catalogue, language, open } = useStore();
  const texts = useTexts();
  const answer = cell.kind === 'done' ? cell.answer : null;
  const { method, model, target } = cell.choice;
  const label = answer ? explainedName(answer) : nameOf(catalogue, model, Number(target));
  const name = by === 'methods' ? method : label;
  const about = answer && by === 'targets' && 'logit' in answer.target.target ? answer.target.target.probability : null;
  const isEmpty = answer !== null && answer.target.diagnostics.some((d) => d.code === 'map-all-zero');
  const says = isEmpty
    ? texts.compare.empty
    : typeof about === 'number'
      ? percent(about, language.value)
      : answer && duration(answer.milliseconds, language.value);
  return (
    <button
      type="button"
      class={`thumbnail ${cell.kind}`}
      disabled={!answer}
      title={catalogue.method(method)?.summary}
      onClick={() => open(cell.choice)}
    >
      <Thumb picture={picture} answer={answer} />
      <strong>{name}</strong>
      <small>{says || '\u00a0'}</small>
    </button>
  );
}
