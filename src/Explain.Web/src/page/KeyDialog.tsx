import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useStore, useTexts } from '../state/store';

/** Asks for the key where the service needs one. */
export function KeyDialog() {
  const { hasKey, needsKey, useKey } = useStore();
  const texts = useTexts().key;
  const dialog = useRef<HTMLDialogElement>(null);
  const text = useSignal('');
  const isNeeded = needsKey.value;
  useEffect(() => {
    if (isNeeded) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isNeeded]);
  const use = (event: SubmitEvent): void => {
    event.preventDefault();
    void useKey(text.value.trim());
  };
  return (
    <dialog ref={dialog} class="key" aria-labelledby="key-title" onCancel={(event) => event.preventDefault()}>
      <form onSubmit={use}>
        <h2 id="key-title">{texts.title}</h2>
        <p>{texts.why}</p>
        <label class="field">
          <span>{texts.label}</span>
          <input type="password" autoComplete="off" required value={text} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        {hasKey.value && <p role="alert">{texts.wrong}</p>}
        <button class="main">{texts.use}</button>
      </form>
    </dialog>
  );
}
