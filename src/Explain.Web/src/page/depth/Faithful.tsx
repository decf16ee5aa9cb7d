import { useSignal } from '@preact/signals';
import type { Faithfulness } from '../../api/types';
import type { Answer } from '../../state/answer';
import { useStore, useTexts } from '../../state/store';
import { percent, plain } from '../parts/format';
import { explainedName } from '../parts/naming';
import { Curves } from './Curves';
import { Erased } from './Erased';

/** Takes the pixels away in the map's order, and shows what becomes of the score; beside it, what else was measured. */
export function Faithful({ of, found }: { of: Answer; found: Faithfulness }) {
  const { language } = useStore();
  const texts = useTexts().depth.faithfulness;
  const steps = found.curves.deletion.length - 1;
  const step = useSignal(Math.round(steps / 5));
  const [gone, come] = [found.curves.deletion, found.curves.insertion];
  const isShare = found.score === 'probability';
  const show = (score: number): string => (isShare ? percent(score, language.value) : plain(score, language.value));
  const share = percent(step.value / steps, language.value);
  const label = explainedName(of);
  const says = texts.says(share, label, show(gone[0] ?? 0), show(gone[step.value] ?? 0), show(come[step.value] ?? 0));
  const figures = ['deletion', 'insertion', 'drop', 'road', 'sensitivity'] as const;
  return (
    <div class="faithful">
      <label class="slider">
        <span>{texts.slider}</span>
        <output>{share}</output>
        <input
          type="range"
          min="0"
          max={steps}
          step="1"
          value={step}
          aria-valuetext={says}
          onInput={(event) => (step.value = event.currentTarget.valueAsNumber)}
        />
      </label>
      <div class="erased">
        <Erased of={of} share={step.value / steps} isShown={false} caption={texts.without(show(gone[step.value] ?? 0))} />
        <Erased of={of} share={step.value / steps} isShown caption={texts.alone(show(come[step.value] ?? 0))} />
      </div>
      <Curves curves={found.curves} step={step} show={show} label={says} />
      <p aria-live="polite">{says}</p>
      <dl class="facts measures">
        {figures.map((name) => {
          const value = found[name];
          return (
            typeof value === 'number' && (
              <div key={name}>
                <dt>{texts.figures[name]}</dt>
                <dd>{plain(value, language.value)}</dd>
              </div>
            )
          );
        })}
      </dl>
    </div>
  );
}
