import { useEffect } from 'preact/hooks';
import { usual, type Choice } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { className } from './format';
import { nameOf } from './naming';

const contrast = 'contrast:';

/** What is asked of a class, as a question, and what its map says. */
export function useReason(): (choice: Choice, label: string) => { readonly asks: string; readonly says: string } {
  const { answer, catalogue, choice } = useStore();
  const texts = useTexts().compare.reasons;
  const current = choice.current.value;
  useEffect(() => {
    if (current?.score.startsWith(contrast)) void catalogue.loadLabels(current.model);
  }, [current]);
  return ({ model, score }, label) => {
    if (score === usual.score) return { asks: texts.plain(label), says: texts.plainSays(label) };
    if (!score.startsWith(contrast)) return { asks: texts.against(label), says: texts.againstSays(label) };
    const index = Number(score.slice(contrast.length));
    const predicted = answer.facts.value?.model === model ? answer.facts.value.predictions.find((p) => p.index === index) : undefined;
    const other = predicted ? className(predicted) : nameOf(catalogue, model, index);
    return { asks: texts.contrast(label, other), says: texts.contrastSays(label, other) };
  };
}

/** The ready choices: of this class alone, against each of the other best ones, and what speaks against it. */
export function useScores(choice: Choice): readonly string[] {
  const facts = useStore().answer.facts.value;
  const predictions = facts?.model === choice.model ? facts.predictions : [];
  const explained = choice.target === usual.target ? predictions[0]?.index : Number(choice.target);
  const rivals = predictions.filter((p) => p.index !== explained).map((p) => `${contrast}${p.index}`);
  const ready = [usual.score, ...rivals, 'counterfactual'];
  return ready.includes(choice.score) ? ready : [...ready, choice.score];
}
