import { useSignal } from '@preact/signals';
import { useStore, useTexts } from '../../state/store';
import { copyText } from './copyText';

const shownMilliseconds = 1500;

/** Copies a text, which may have to be made first. */
export function CopyButton({ text, label }: { text: () => string | Promise<string>; label?: string }) {
  const texts = useTexts().share;
  const { answer } = useStore();
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    await copyText(await text());
    isCopied.value = true;
    setTimeout(() => (isCopied.value = false), shownMilliseconds);
  };
  return (
    <button type="button" onClick={() => void copy().catch(answer.fail)}>
      <span aria-live="polite">{isCopied.value ? texts.copied : (label ?? texts.copy)}</span>
    </button>
  );
}
