import { useStore, useTexts } from '../../state/store';
import { ReasonPicker } from './ReasonPicker';

/** The question that the page's own map answers. */
export function Reason() {
  const { answer, choice } = useStore();
  const texts = useTexts().compare;
  const chosen = choice.current.value;
  if (!chosen || (answer.facts.value?.predictions.length ?? 0) < 2) return null;
  return (
    <section class="picking" aria-labelledby="reason">
      <h2 id="reason">{texts.question}</h2>
      <ReasonPicker label={texts.question} choice={chosen} take={(score) => choice.choose({ score })} />
    </section>
  );
}
