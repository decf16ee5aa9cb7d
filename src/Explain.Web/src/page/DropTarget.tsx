import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useStore, useTexts } from '../state/store';

/** Takes pictures that are dropped or pasted anywhere on the page. */
export function DropTarget() {
  const { picture } = useStore();
  const texts = useTexts().welcome;
  const isOver = useSignal(false);
  useEffect(() => {
    const take = (files: FileList | undefined): void => {
      const [file] = files ?? [];
      if (file) void picture.take(file);
    };
    const over = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = event.dataTransfer?.types.includes('Files') ?? false;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = false;
      take(event.dataTransfer?.files);
    };
    const paste = (event: ClipboardEvent): void => take(event.clipboardData?.files);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, []);
  return isOver.value ? <div class="dropping">{texts.drop}</div> : null;
}
