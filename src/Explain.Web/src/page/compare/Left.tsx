import { useStore, useTexts } from '../../state/store';
import { Work } from '../map/Work';
import { useShown } from '../map/useShown';
import { Pane } from './Pane';
import { Picker } from './Picker';

/** The page's own question. */
export function Left() {
  const { answer, choice, picture, versus } = useStore();
  const texts = useTexts().compare;
  const shown = useShown().value;
  const chosen = choice.current.value;
  const current = answer.current.value?.picture === picture.current.value ? answer.current.value : null;
  if (!chosen || !picture.current.value) return null;
  const take = (value: string): void => choice.choose({ [versus.aspect.value]: value });
  return (
    <Pane
      picture={picture.current.value}
      name={texts.left}
      answer={current}
      drawn={shown}
      isBusy={answer.work.value.kind === 'working'}
      picker={<Picker side="left" choice={chosen} take={take} />}
    >
      <Work />
    </Pane>
  );
}
