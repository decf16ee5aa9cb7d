import { useStore, useTexts } from '../../state/store';
import { Channels } from './Channels';
import { Measured } from './Measured';
import { Opening } from './Opening';

/** What is behind the present map: its channels, and whether the score follows it. */
export function Depth() {
  const { answer, catalogue, picture } = useStore();
  const texts = useTexts().depth;
  const current = answer.current.value;
  if (!current?.target.map || current.picture !== picture.current.value) return null;
  const hasChannels = catalogue.method(current.choice.method)?.needs.includes('layer') ?? false;
  return (
    <section class="depth" aria-labelledby="depth">
      <h2 id="depth">{texts.title}</h2>
      {hasChannels && (
        <Opening title={texts.channels.title}>
          <Channels of={current} />
        </Opening>
      )}
      <Opening title={texts.faithfulness.title}>
        <Measured of={current} />
      </Opening>
    </section>
  );
}
