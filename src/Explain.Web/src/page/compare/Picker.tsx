import type { FunctionComponent } from 'preact';
import type { Choice } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import type { Aspect } from '../../state/versus';
import { LayerPicker } from './LayerPicker';
import { MethodPicker } from './MethodPicker';
import { ModelPicker } from './ModelPicker';
import { ReasonPicker } from './ReasonPicker';
import { TargetPicker } from './TargetPicker';

export interface Picking {
  /** What it is called, for those who do not see it. */
  readonly label: string;
  readonly choice: Choice;
  readonly take: (value: string) => void;
}

/** What picks each aspect. */
const pickers: Record<Aspect, FunctionComponent<Picking>> = {
  target: TargetPicker,
  score: ReasonPicker,
  method: MethodPicker,
  layer: LayerPicker,
  model: ModelPicker,
};

/** Picks that in which one side differs from the other. */
export function Picker({ side, choice, take }: { side: 'left' | 'right'; choice: Choice; take: (value: string) => void }) {
  const { versus } = useStore();
  const texts = useTexts().compare;
  const aspect = versus.aspect.value;
  const Of = pickers[aspect];
  return (
    <div class="picking">
      <Of label={`${texts[side]}: ${texts.aspects[aspect]}`} choice={choice} take={take} />
    </div>
  );
}
