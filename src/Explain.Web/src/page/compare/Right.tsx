import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ProgressDocument } from '../../api/types';
import { mapValues } from '../../map/values';
import type { Cell } from '../../state/asker';
import { usual } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { useDrawn } from '../parts/drawn';
import { colorsOf, scaleFor } from '../parts/heatmaps';
import { Asked } from './Asked';
import { Pane } from './Pane';
import { Picker } from './Picker';

/** What takes longer is begun by a person who knows it. */
const dearMilliseconds = 10_000;

/** The second question. */
export function Right() {
  const { answer, asker, catalogue, choice, picture, versus, view } = useStore();
  const texts = useTexts().compare;
  const cell = useSignal<Cell | null>(null);
  const allowed = useSignal(dearMilliseconds);
  const [shown, asked] = [picture.current.value, versus.other.value];
  const left = choice.current.value;
  const key = asked && JSON.stringify(asked);

  useEffect(() => {
    allowed.value = dearMilliseconds;
  }, [shown, key]);

  useEffect(() => {
    if (versus.aspect.value !== 'model' || !left || left.target === usual.target) return;
    for (const model of catalogue.ready.value) void catalogue.loadLabels(model.name);
  }, [versus.aspect.value, left]);

  // Somebody who leaves, or asks another question, ends the work.
  useEffect(() => {
    if (!shown || !asked) return;
    const leaving = new AbortController();
    cell.value = { kind: 'working', choice: asked, growth: null };
    // Not every word of progress has a map along.
    const grow = (growth: ProgressDocument): void => {
      if (leaving.signal.aborted) return;
      const before = cell.value?.kind === 'working' ? cell.value.growth?.maps : undefined;
      cell.value = { kind: 'working', choice: asked, growth: { ...growth, maps: growth.maps ?? before ?? [] } };
    };
    void asker.settle(shown, asked, allowed.value, leaving.signal, grow).then((settled) => {
      if (!leaving.signal.aborted) cell.value = settled;
    });
    return () => leaving.abort();
  }, [shown, key, allowed.value]);

  const current = cell.value;
  const done = current?.kind === 'done' && current.answer.picture === shown ? current.answer : null;
  const drawn = useDrawn(done);
  if (!shown) return null;
  if (!asked || !left) {
    // Without an answer on the left there is nothing to suggest yet.
    return <p class="pane nothing">{answer.facts.value ? texts.nothing[versus.aspect.value] : texts.waiting}</p>;
  }
  const growing = current?.kind === 'working' ? current.growth?.maps?.[0]?.map : undefined;
  const grown = growing ? mapValues(growing) : null;
  const scale = grown && scaleFor(catalogue, asked, grown);
  const table = scale && colorsOf(catalogue, view, scale.signed);
  const place = answer.facts.value?.picture === shown && asked.model === left.model ? answer.facts.value.image : null;
  const soFar = grown && scale && table && place ? { map: grown, scale, table, place } : null;
  return (
    <Pane
      picture={shown}
      name={texts.right}
      answer={done}
      drawn={drawn ?? soFar}
      isBusy={current?.kind === 'working'}
      picker={<Picker side="right" choice={asked} take={(value) => versus.compare(versus.aspect.value, value)} />}
    >
      <Asked cell={current} begin={() => (allowed.value = Infinity)} stop={() => versus.compare(versus.aspect.value)} />
    </Pane>
  );
}
