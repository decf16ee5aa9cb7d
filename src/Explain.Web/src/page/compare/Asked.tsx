import type { Cell } from '../../state/asker';
import { useStore, useTexts } from '../../state/store';
import { duration, whole } from '../parts/format';

interface Properties {
  readonly cell: Cell | null;
  readonly begin: () => void;
  readonly stop: () => void;
}

/** How far the second question is, where it takes long or went wrong. */
export function Asked({ cell, begin, stop }: Properties) {
  const { language } = useStore();
  const texts = useTexts().work;
  if (cell?.kind === 'dear') {
    const { passes, milliseconds } = cell.cost;
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
  if (cell?.kind === 'failed') {
    const { problem } = cell;
    return (
      <div class="banner wrong" role="alert">
        <p>
          <strong>{problem.kind === 'unreachable' ? texts.unreachable : problem.title}</strong> {problem.detail}
        </p>
      </div>
    );
  }
  if (cell?.kind !== 'working' || !cell.growth) return null;
  const { done, of } = cell.growth;
  return (
    <div class="banner">
      <p role="status">{texts.passes(whole(done, language.value), whole(of, language.value))}</p>
      <progress value={done / of} aria-label={texts.working} />
      <button type="button" onClick={stop}>
        {texts.stop}
      </button>
    </div>
  );
}
