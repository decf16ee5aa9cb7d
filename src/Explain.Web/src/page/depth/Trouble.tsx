import type { Problem } from '../../api/problem';
import { useTexts } from '../../state/store';

/** Why something beside the map could not be had. */
export function Trouble({ problem }: { problem: Problem }) {
  const texts = useTexts().work;
  return (
    <div class="banner wrong" role="alert">
      <p>
        <strong>{problem.kind === 'unreachable' ? texts.unreachable : problem.title}</strong> {problem.detail}
      </p>
    </div>
  );
}
