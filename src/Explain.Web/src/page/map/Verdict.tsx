import { usual } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { useReason } from '../parts/reasons';
import { className, percent } from '../parts/format';

const sure = 0.5;

/** In words: what the model sees, and what the colours say about it. */
export function Verdict() {
  const { answer, language, picture } = useStore();
  const texts = useTexts().verdict;
  const reason = useReason();
  const [current, facts] = [answer.current.value, answer.facts.value];
  const isOfPicture = current?.picture === picture.current.value;
  const best = facts?.picture === picture.current.value ? facts?.predictions[0] : undefined;
  const target = isOfPicture ? current?.target.target : undefined;

  if (!best) return <h1 class="verdict">{target ? texts.noClasses : texts.looking}</h1>;
  const probability = best.probability ?? null;
  const explained = target && 'logit' in target ? target : best;
  const label = className(explained);
  const about = explained.index === best.index ? null : explained.probability;
  const choice = current?.choice;
  const says =
    choice && choice.score !== usual.score
      ? reason(choice, label).says
      : choice?.sign === 'both'
        ? texts.both(label)
        : choice?.sign === 'negative'
          ? texts.against(label)
          : explained.index === best.index
            ? texts.explains
            : texts.explainsOther(label);
  return (
    <div class="verdict" aria-live="polite">
      <h1>{texts.sees(className(best))}</h1>
      <p>
        {probability !== null && (probability >= sure ? texts.sure : texts.unsure)(percent(probability, language.value))}{' '}
        {typeof about === 'number' && texts.other(label, percent(about, language.value))} {isOfPicture && says}
      </p>
    </div>
  );
}
