import { useMemo } from 'preact/hooks';
import { Problem } from '../../api/problem';
import type { Channel } from '../../api/types';
import { mapValues } from '../../map/values';
import { scaleOf } from '../../map/scale';
import type { Answer } from '../../state/answer';
import { useStore, useTexts } from '../../state/store';
import { plain } from '../parts/format';
import { Heat } from '../parts/Heat';
import { colorsOf } from '../parts/heatmaps';
import { Trouble } from './Trouble';
import { useIncluded } from './useIncluded';

/** The channels that weigh most, for the class and against it: what each sees, and its weight. */
export function Channels({ of }: { of: Answer }) {
  const texts = useTexts();
  const found = useIncluded(of, 'channels').value;
  if (found === null) return <p class="hint">{texts.work.working}</p>;
  if (found instanceof Problem) return <Trouble problem={found} />;
  const channels = found.channels ?? [];
  if (channels.length === 0) return <p class="hint">{texts.depth.channels.none}</p>;
  const most = Math.max(...channels.map((channel) => Math.abs(channel.weight)));
  return (
    <>
      <p class="hint">{texts.depth.channels.about}</p>
      {(['positive', 'negative'] as const).map((sign) => {
        const some = channels.filter((channel) => channel.sign === sign);
        return (
          some.length > 0 && (
            <div key={sign}>
              <h3>{texts.depth.channels[sign]}</h3>
              <ul class="channels">
                {some.map((channel) => (
                  <li key={channel.index}>
                    <ChannelMap of={of} channel={channel} most={most} />
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
    </>
  );
}

function ChannelMap({ of, channel, most }: { of: Answer; channel: Channel; most: number }) {
  const { catalogue, language, view } = useStore();
  const texts = useTexts().depth.channels;
  const map = useMemo(() => mapValues(channel.map), [channel]);
  const scale = useMemo(() => scaleOf(map, false), [map]);
  const table = colorsOf(catalogue, view, false);
  const place = of.document.image;
  const name = channel.name ?? texts.name(channel.index);
  return (
    <figure>
      <span class="picture" style={{ aspectRatio: `${place.width} / ${place.height}` }}>
        <img src={of.picture.url.value} alt="" />
        {scale && table && (
          <Heat map={map} scale={scale} place={place} table={table} threshold={0} fade opacity={0.85} label={texts.map(name)} />
        )}
      </span>
      <figcaption>
        <strong>{name}</strong>
        <small>{plain(channel.weight, language.value)}</small>
        <span class="track">
          <span style={{ width: `${(100 * Math.abs(channel.weight)) / most}%` }} />
        </span>
      </figcaption>
    </figure>
  );
}
