import { useStore } from '../../state/store';
import { className } from '../parts/format';
import { nameOf } from '../parts/naming';
import type { Picking } from './Picker';
import { useReason, useScores } from '../parts/reasons';

/** Questions about one class, in words. */
export function ReasonPicker({ label, choice, take }: Picking) {
  const { answer, catalogue } = useStore();
  const reason = useReason();
  const scores = useScores(choice);
  const predictions = answer.facts.value?.predictions ?? [];
  const explained = choice.target === 'predicted' ? predictions[0] : predictions.find((p) => `${p.index}` === choice.target);
  const name = explained ? className(explained) : nameOf(catalogue, choice.model, Number(choice.target));
  return (
    <select aria-label={label} value={choice.score} onChange={(event) => take(event.currentTarget.value)}>
      {scores.map((score) => (
        <option key={score} value={score}>
          {reason({ ...choice, score }, name).asks}
        </option>
      ))}
    </select>
  );
}
