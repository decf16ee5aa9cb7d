import type { Answer } from '../../state/answer';
import { useStore, useTexts } from '../../state/store';
import { percent, plain } from '../parts/format';
import { explainedName } from '../parts/naming';
import { useReason } from '../parts/reasons';

/** In words: what is explained on one side, and what was asked of it. */
export function Says({ answer, isDrawn }: { answer: Answer | null; isDrawn: boolean }) {
  const { language } = useStore();
  const texts = useTexts().compare;
  const reason = useReason();
  if (!answer) return <p class="says">{texts.waiting}</p>;
  const { target } = answer.target;
  const label = explainedName(answer);
  const value = 'logit' in target ? target.probability : target.value;
  const share = typeof value !== 'number' ? '' : 'logit' in target ? percent(value, language.value) : plain(value, language.value);
  return (
    <p class="says">
      <strong>{label}</strong> <span class="share">{share}</span>
      <span class="reason">{isDrawn ? reason(answer.choice, label).says : texts.empty}</span>
    </p>
  );
}
