import { useStore, useTexts } from '../../state/store';
import type { CostEstimate, ProgressDocument } from '../../api/types';
import { duration, whole } from '../parts/format';
import { Failure } from './Failure';

/** What is going on: progress with a way to stop it, what waits to be begun, or what went wrong. */
export function Work() {
  const { answer, choice, language, picture, stop } = useStore();
  const texts = useTexts().work;
  const work = answer.work.value;
  if (work.kind === 'failed') return <Failure problem={work.problem} />;
  if (work.kind === 'unasked') {
    const { milliseconds, passes } = work.cost;
    const begin = (): void => {
      const [shown, chosen] = [picture.current.value, choice.current.value];
      if (shown && chosen) void answer.ask(shown, chosen, true);
    };
    const all = passes.forward + passes.head + passes.backward;
    return (
      <div class="banner">
        <p>{texts.dear(duration(milliseconds, language.value), whole(all, language.value))}</p>
        <button type="button" class="main" onClick={begin}>
          {texts.start}
        </button>
      </div>
    );
  }
  if (work.kind === 'stopped') {
    const partial = work.growth.maps?.[0]?.partial ?? work.growth;
    return <p class="banner">{texts.stopped(whole(partial.done, language.value), whole(partial.of, language.value))}</p>;
  }
  return work.kind === 'working' ? <Running growth={work.growth} cost={work.cost} stop={stop} /> : null;
}

function Running({ growth, cost, stop }: { growth: ProgressDocument | null; cost: CostEstimate | null; stop: () => void }) {
  const { language } = useStore();
  const texts = useTexts().work;
  if (!cost)
    return (
      <p class="visually-hidden" role="status">
        {texts.working}
      </p>
    );
  const share = growth ? growth.done / growth.of : 0;
  return (
    <div class="banner">
      <p role="status">
        {growth ? texts.passes(whole(growth.done, language.value), whole(growth.of, language.value)) : texts.working}{' '}
        <small>{texts.left(duration(cost.milliseconds * (1 - share), language.value))}</small>
      </p>
      <progress value={growth ? share : undefined} aria-label={texts.working} />
      <button type="button" onClick={stop}>
        {texts.stop}
      </button>
    </div>
  );
}
