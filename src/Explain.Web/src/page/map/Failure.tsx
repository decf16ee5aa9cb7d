import type { Problem } from '../../api/problem';
import { useStore, useTexts } from '../../state/store';

const offered = 3;

/** What went wrong, in the service's words, and what may be done about it. */
export function Failure({ problem }: { problem: Problem }) {
  const { answer, catalogue, choice, picture } = useStore();
  const texts = useTexts();
  const chosen = choice.current.value;
  const isRefused = problem.kind === 'method-not-supported';
  const instead = isRefused
    ? catalogue
        .methodsFor(chosen?.model ?? '')
        .filter((id) => id !== chosen?.method)
        .slice(0, offered)
    : [];
  const again = (): void => {
    if (picture.current.value && chosen) void answer.ask(picture.current.value, chosen);
  };
  const messages = Object.values(problem.errors).flat();
  return (
    <div class="banner wrong" role="alert">
      <p>
        <strong>{problem.kind === 'unreachable' ? texts.work.unreachable : (problem.title ?? texts.work.failed)}</strong>
      </p>
      {problem.detail && <p>{problem.detail}</p>}
      {messages.length > 0 && !problem.detail && <p>{messages.join(' ')}</p>}
      {instead.length > 0 && (
        <p class="row">
          {texts.work.instead}
          {instead.map((method) => (
            <button key={method} type="button" onClick={() => choice.choose({ method })}>
              {method}
            </button>
          ))}
        </p>
      )}
      {!isRefused && (
        <button type="button" onClick={again}>
          {texts.again}
        </button>
      )}
      {problem.requestId && <small>{texts.work.request(problem.requestId)}</small>}
    </div>
  );
}
