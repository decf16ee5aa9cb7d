import type { Cell } from '../../state/asker';
import { useStore, useTexts } from '../../state/store';
import { duration, whole } from '../parts/format';

/** What is not on the sheet, and why. */
export function LeftOut({ cells, model }: { cells: readonly Cell[]; model: string }) {
  const { catalogue, language, open } = useStore();
  const texts = useTexts().compare.sheet;
  const dear = cells.filter((cell) => cell.kind === 'dear');
  const failed = cells.filter((cell) => cell.kind === 'failed');
  const not = catalogue.model(model)?.methods.filter((m) => !m.supported) ?? [];
  const count = dear.length + failed.length + not.length;
  if (count === 0) return null;
  return (
    <details class="left-out">
      <summary>{texts.leftOut(count)}</summary>
      <dl class="facts">
        {dear.map(({ choice, cost: { milliseconds, passes } }) => (
          <div key={choice.method}>
            <dt>
              <button type="button" class="quiet" onClick={() => open(choice)}>
                {choice.method}
              </button>
            </dt>
            <dd>
              {texts.dear(duration(milliseconds, language.value), whole(passes.forward + passes.head + passes.backward, language.value))}
            </dd>
          </div>
        ))}
        {failed.map(({ choice, problem }) => (
          <div key={choice.method}>
            <dt>{choice.method}</dt>
            <dd>{problem.detail ?? problem.title}</dd>
          </div>
        ))}
        {not.map(({ method, reason }) => (
          <div key={method}>
            <dt>{method}</dt>
            <dd>{reason}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
