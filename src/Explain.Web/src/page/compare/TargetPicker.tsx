import { usual } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { ClassSearch } from '../map/ClassSearch';
import { className, percent } from '../parts/format';
import { nameOf } from '../parts/naming';
import type { Picking } from './Picker';

/** The best classes, and any other by its name. */
export function TargetPicker({ label, choice, take }: Picking) {
  const { answer, catalogue, language } = useStore();
  const texts = useTexts().classes;
  const facts = answer.facts.value;
  const predictions = facts?.model === choice.model ? facts.predictions : [];
  const chosen = choice.target === usual.target ? `${predictions[0]?.index}` : choice.target;
  const isOther = !predictions.some((p) => `${p.index}` === chosen);
  return (
    <>
      <select aria-label={label} value={chosen} onChange={(event) => take(event.currentTarget.value)}>
        {predictions.map((p) => (
          <option key={p.index} value={p.index}>
            {className(p)}
            {typeof p.probability === 'number' && ` (${percent(p.probability, language.value)})`}
          </option>
        ))}
        {isOther && chosen !== 'undefined' && <option value={chosen}>{nameOf(catalogue, choice.model, Number(chosen))}</option>}
      </select>
      <ClassSearch label={`${label}: ${texts.search}`} take={(index) => take(`${index}`)} />
    </>
  );
}
