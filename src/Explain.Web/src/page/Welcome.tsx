import { useStore, useTexts } from '../state/store';
import { Work } from './map/Work';
import { PictureButtons } from './PictureButtons';
import { Refusal } from './Refusal';
import { SampleImage } from './SampleImage';

/** What the page is for, before there is a picture. */
export function Welcome() {
  const { catalogue, showSample } = useStore();
  const texts = useTexts().welcome;
  const samples = catalogue.samples.value;
  return (
    <div class="welcome">
      <h1>{texts.headline}</h1>
      <div class="drop">
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <rect x="5" y="9" width="38" height="30" rx="4" />
          <circle cx="17" cy="19" r="3.5" />
          <path d="M6 34l11-9 8 6 7-7 10 9" />
        </svg>
        <p>{texts.how}</p>
        <PictureButtons isFirst />
      </div>
      <Refusal />
      <Work />
      {samples.length > 0 && (
        <section aria-labelledby="samples">
          <h2 id="samples">{texts.samples}</h2>
          <ul class="samples">
            {samples.map((sample) => (
              <li key={sample.file}>
                <button
                  type="button"
                  aria-label={texts.sample(sample.objects.map((o) => o.kind).join(', '))}
                  onClick={() => void showSample(sample.file)}
                >
                  <SampleImage file={sample.file} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
