import { useMemo } from 'preact/hooks';
import type { Answer } from '../../state/answer';
import { mapValues } from '../../map/values';
import { useStore, useTexts } from '../../state/store';
import { className } from '../parts/format';
import { Heat } from '../parts/Heat';
import { colorsOf, scaleFor } from '../parts/heatmaps';

/** What was asked in this session; a click goes back to it. */
export function History() {
  const { answer } = useStore();
  const texts = useTexts().history;
  const given = answer.given.value;
  if (given.length < 2) return null;
  return (
    <section class="history" aria-labelledby="history">
      <h2 id="history">{texts.title}</h2>
      <ul>
        {given.toReversed().map((made, place) => (
          <li key={given.length - place}>
            <Thumbnail made={made} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thumbnail({ made }: { made: Answer }) {
  const store = useStore();
  const texts = useTexts().history;
  const map = useMemo(() => (made.target.map ? mapValues(made.target.map) : null), [made]);
  const scale = useMemo(() => map && scaleFor(store.catalogue, made.choice, map), [map]);
  const table = scale && colorsOf(store.catalogue, store.view, scale.signed);
  const { target, document } = made;
  const label = 'logit' in target.target ? className(target.target) : target.target.output;
  const isCurrent = store.answer.current.value === made;
  return (
    <button
      type="button"
      class="thumbnail"
      aria-current={isCurrent}
      title={texts.item(label, target.method)}
      onClick={() => store.goBackTo(made)}
    >
      <span class="picture" style={{ aspectRatio: `${document.image.width} / ${document.image.height}` }}>
        <img src={made.picture.url} alt="" />
        {map && scale && table && <Heat map={map} scale={scale} place={document.image} table={table} threshold={0} fade opacity={0.85} />}
      </span>
      <strong>{label}</strong>
      <small>{target.method}</small>
    </button>
  );
}
