import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isAbort, Problem } from '../../api/problem';
import type { CostEstimate } from '../../api/types';
import type { Answer } from '../../state/answer';
import { parametersOf } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { duration, whole } from '../parts/format';
import { Faithful } from './Faithful';
import { Trouble } from './Trouble';
import { useIncluded } from './useIncluded';

/** Measures how far the score follows the map: it says what that costs, and begins when it is told to. */
export function Measured({ of }: { of: Answer }) {
  const { client, language } = useStore();
  const texts = useTexts();
  const cost = useSignal<CostEstimate | Problem | null>(null);
  const begun = useSignal<Answer | null>(null);
  const found = useIncluded(of, begun.value === of ? 'faithfulness' : null).value;

  useEffect(() => {
    const leaving = new AbortController();
    cost.value = null;
    client.estimate(of.choice.model, { ...parametersOf(of.choice), include: 'faithfulness' }, leaving.signal).then(
      (estimate) => (cost.value = estimate),
      (error: unknown) => {
        if (isAbort(error)) return;
        if (!(error instanceof Problem)) throw error;
        cost.value = error;
      },
    );
    return () => leaving.abort();
  }, [of]);

  if (found instanceof Problem) return <Trouble problem={found} />;
  if (found?.faithfulness) return <Faithful of={of} found={found.faithfulness} />;
  if (cost.value instanceof Problem) return <Trouble problem={cost.value} />;
  return (
    <>
      <p>{texts.depth.faithfulness.about}</p>
      {begun.value === of ? (
        <div class="row">
          <progress aria-label={texts.work.working} />
          <button type="button" onClick={() => (begun.value = null)}>
            {texts.work.stop}
          </button>
        </div>
      ) : (
        <div class="row">
          <button type="button" class="main" disabled={cost.value === null} onClick={() => (begun.value = of)}>
            {texts.depth.faithfulness.measure}
          </button>
          {cost.value && <small>{price(cost.value)}</small>}
        </div>
      )}
    </>
  );

  function price({ milliseconds, passes }: CostEstimate): string {
    const all = passes.forward + passes.head + passes.backward;
    return texts.depth.faithfulness.price(duration(milliseconds, language.value), whole(all, language.value));
  }
}
