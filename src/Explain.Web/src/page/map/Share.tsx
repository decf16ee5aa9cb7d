import { useSignal } from '@preact/signals';
import type { Answer } from '../../state/answer';
import { parametersOf } from '../../state/choice';
import { snippets, type SnippetLanguage } from '../../state/snippets';
import { useStore, useTexts } from '../../state/store';
import { CopyButton } from '../parts/CopyButton';
import { save } from '../parts/save';

/** Code, files and links of the present answer. */
export function Share() {
  const { answer, client, picture } = useStore();
  const texts = useTexts().share;
  const current = answer.current.value;
  if (!current || current.picture !== picture.current.value) return null;
  const { record, choice } = current;
  const file = (format: 'png' | 'npy'): void => {
    client
      .explainFile(choice.model, current.picture.file, { ...parametersOf(choice), format })
      .then((content) => save(content, `heat.${format}`), answer.fail);
  };
  const json = (): void => save(new Blob([JSON.stringify(current.document)], { type: 'application/json' }), 'heat.json');
  const permalink = async (): Promise<string> => {
    const link = await client.link(record!);
    return new URL(link.view.replace(/^\//, ''), client.base).href;
  };
  return (
    <details class="opening">
      <summary>{texts.title}</summary>
      <div class="row">
        <button type="button" onClick={() => file('png')}>
          {texts.png}
        </button>
        <button type="button" onClick={json}>
          {texts.json}
        </button>
        <button type="button" onClick={() => file('npy')}>
          {texts.npy}
        </button>
      </div>
      <Code current={current} />
      <div class="row">
        {current.picture.sample && <CopyButton text={() => location.href} label={texts.page} />}
        {record && <CopyButton text={permalink} label={texts.record} />}
      </div>
    </details>
  );
}

function Code({ current }: { current: Answer }) {
  const { client, hasKey } = useStore();
  const texts = useTexts().share;
  const language = useSignal<SnippetLanguage>('curl');
  const { picture, choice } = current;
  const code = snippets[language.value]({
    url: client.address(`api/v1/models/${encodeURIComponent(choice.model)}/explain`, parametersOf(choice)).href,
    file: picture.name,
    type: picture.file.type,
    sample: picture.sample && client.address(`api/v1/samples/${picture.sample}`).href,
    needsKey: hasKey.value,
  });
  return (
    <>
      <fieldset class="segments">
        <legend>{texts.code}</legend>
        {(Object.keys(snippets) as SnippetLanguage[]).map((name) => (
          <label key={name}>
            <input type="radio" name="code" checked={language.value === name} onChange={() => (language.value = name)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <div class="code">
        <pre tabIndex={0}>{code}</pre>
        <CopyButton text={() => code} />
      </div>
      {hasKey.value && <p class="hint">{texts.key}</p>}
    </>
  );
}
