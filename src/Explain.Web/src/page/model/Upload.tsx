import { useSignal } from '@preact/signals';
import type { TargetedEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { isAbort, Problem } from '../../api/problem';
import { useStore, useTexts } from '../../state/store';
import { Trouble } from '../parts/Trouble';
import { bytes } from '../parts/format';

const files = [
  { part: 'model', accept: '.onnx', isNeeded: true, isMany: false },
  { part: 'labels', accept: '.txt', isNeeded: false, isMany: false },
  { part: 'settings', accept: '.json', isNeeded: false, isMany: false },
  { part: 'weights', accept: '', isNeeded: false, isMany: true },
] as const;

/** Sends a model to the service, where it takes some. */
export function Upload({ most }: { most: number }) {
  const { catalogue, choice, client, language } = useStore();
  const texts = useTexts();
  const words = texts.models.upload;
  const sending = useSignal<AbortController | null>(null);
  const refused = useSignal<Problem | null>(null);
  useEffect(() => () => sending.value?.abort(), []);

  const send = async (event: TargetedEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const name = `${given.get('name')}`;
    sending.value = new AbortController();
    refused.value = null;
    try {
      await client.putModel(name, partsOf(given), sending.value.signal);
      await catalogue.refresh();
      choice.choose({ model: name });
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Problem)) throw error;
      refused.value = error;
    } finally {
      sending.value = null;
    }
  };

  return (
    <section aria-labelledby="model-upload">
      <h2 id="model-upload">{words.title}</h2>
      <p class="hint">{words.about(bytes(most, language.value))}</p>
      {refused.value && <Trouble problem={refused.value} />}
      <form class="upload" onSubmit={(event) => void send(event)}>
        <label>
          <span>{words.name}</span>
          <input type="text" name="name" required autoComplete="off" pattern="[A-Za-z0-9_][A-Za-z0-9._\-]{0,99}" />
        </label>
        {files.map(({ part, accept, isNeeded, isMany }) => (
          <label key={part}>
            <span>
              {words[part]} {!isNeeded && <small>{words.optional}</small>}
            </span>
            <input type="file" name={part} accept={accept} required={isNeeded} multiple={isMany} />
          </label>
        ))}
        {sending.value ? (
          <div class="row">
            <p role="status">{words.sending}</p>
            <button type="button" onClick={() => sending.value?.abort()}>
              {texts.work.stop}
            </button>
          </div>
        ) : (
          <button class="main">{words.send}</button>
        )}
      </form>
    </section>
  );
}

// What was not picked is not sent.
function partsOf(given: FormData): FormData {
  const parts = new FormData();
  for (const { part } of files) {
    for (const file of given.getAll(part)) {
      if (file instanceof File && file.size > 0) parts.append(part, file, file.name);
    }
  }
  return parts;
}
