import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isAbort, Problem } from '../../api/problem';
import type { TargetExplanation } from '../../api/types';
import type { Answer } from '../../state/answer';
import { parametersOf } from '../../state/choice';
import { useStore } from '../../state/store';

/**
 * Asks for more of an answer, for as long as a component is there.
 * @param include As the parameter says it; null asks for nothing yet.
 */
export function useIncluded(of: Answer, include: string | null): ReadonlySignal<TargetExplanation | Problem | null> {
  const { client } = useStore();
  const found = useSignal<TargetExplanation | Problem | null>(null);
  useEffect(() => {
    found.value = null;
    if (include === null) return;
    const leaving = new AbortController();
    client.explain(of.choice.model, of.picture.file, { ...parametersOf(of.choice), include }, leaving.signal).then(
      ({ document }) => (found.value = document.explanations[0] ?? null),
      (error: unknown) => {
        if (isAbort(error)) return;
        if (!(error instanceof Problem)) throw error;
        found.value = error;
      },
    );
    return () => leaving.abort();
  }, [of, include]);
  return found;
}
