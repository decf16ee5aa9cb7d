import { isCropped } from '../../map/geometry';
import { useStore, useTexts } from '../../state/store';
import { percent, whole } from '../parts/format';

const unsure = 0.2;

/** What a reader should know before trusting the map, as sentences. */
export function Notes() {
  const { answer, language, picture } = useStore();
  const texts = useTexts().notes;
  const current = answer.current.value;
  if (!current || current.picture !== picture.current.value) return null;
  const { image, predictions } = current.document;
  const { partial } = current.target;
  const best = predictions[0]?.probability;
  const seen = (image.region.width * image.region.height) / (image.width * image.height);
  const notes = [
    ...(typeof best === 'number' && best < unsure ? [texts.unsure(percent(best, language.value))] : []),
    ...(partial ? [texts.partial(whole(partial.done, language.value), whole(partial.of, language.value))] : []),
    ...current.target.diagnostics.filter(({ code }) => code !== 'partial').map(({ code, message }) => texts.of[code] ?? message),
    ...(isCropped(image) ? [texts.crop(percent(seen, language.value))] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <section aria-labelledby="notes" class="notes">
      <h2 id="notes">{texts.title}</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
