import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem } from '../../api/problem';
import type { CostEstimate } from '../../api/types';
import { parametersOf } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { duration, percent, plain, whole } from '../parts/format';

const stages = ['decode', 'preprocess', 'queue', 'run', 'map'] as const;

/** For those who want to know: scores, times, costs, and what was guessed of the model. */
export function Details() {
  const { answer, catalogue, choice, language } = useStore();
  const texts = useTexts().details;
  const isOpen = useSignal(false);
  const current = answer.current.value;
  if (!current) return null;
  const { document, target, milliseconds } = current;
  const guesses = catalogue.model(choice.current.value?.model ?? '')?.guesses ?? [];
  const most = Math.max(...stages.map((stage) => document.timings[stage]), 0.001);
  return (
    <details class="opening" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{texts.title}</summary>
      <dl class="facts">
        {'logit' in target.target && (
          <>
            <dt>{texts.scores}</dt>
            <dd>
              {texts.logit} {plain(target.target.logit, language.value)}
              {typeof target.target.probability === 'number' &&
                `, ${texts.probability} ${plain(target.target.probability, language.value)}`}
            </dd>
          </>
        )}
        <dt>{texts.layer}</dt>
        <dd>
          <code>{target.layer}</code>
        </dd>
        {isOpen.value && <Cost />}
      </dl>
      {target.completeness && <p class="hint">{texts.completeness(percent(target.completeness.error, language.value))}</p>}
      <h3>{texts.timings}</h3>
      <table class="timings">
        <caption>{texts.total(duration(milliseconds, language.value))}</caption>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage}>
              <th scope="row">{texts.stages[stage]}</th>
              <td>
                <span class="time" style={{ width: `${(100 * document.timings[stage]) / most}%` }} />
              </td>
              <td>{duration(document.timings[stage], language.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {guesses.length > 0 && <h3>{texts.guesses}</h3>}
      <dl class="guesses">
        {guesses.map((guess) => (
          <div key={guess.what}>
            <dt>
              {guess.what} = <code>{guess.value}</code>
            </dt>
            <dd>{guess.reason}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

// Asked when somebody looks.
function Cost() {
  const { choice, client, language } = useStore();
  const texts = useTexts().details;
  const cost = useSignal<CostEstimate | null>(null);
  const chosen = choice.current.value;
  useEffect(() => {
    if (!chosen) return;
    const leaving = new AbortController();
    client.estimate(chosen.model, parametersOf(chosen), leaving.signal).then(
      (estimate) => (cost.value = estimate),
      (error: unknown) => {
        if (error instanceof Problem) cost.value = null;
      },
    );
    return () => leaving.abort();
  }, [chosen]);
  if (!cost.value) return null;
  const { passes, milliseconds } = cost.value;
  const forward = whole(passes.forward + passes.head, language.value);
  return (
    <>
      <dt>{texts.cost}</dt>
      <dd>{texts.costs(forward, whole(passes.backward, language.value), duration(milliseconds, language.value))}</dd>
    </>
  );
}
