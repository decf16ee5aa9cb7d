import type { TargetedEvent } from 'preact';
import { useStore, useTexts } from '../state/store';

/** Picks a file, or takes a photograph where there is a camera to point. */
export function PictureButtons({ isFirst }: { isFirst: boolean }) {
  const { picture } = useStore();
  const texts = useTexts().welcome;
  const take = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => {
    const [file] = currentTarget.files ?? [];
    currentTarget.value = '';
    if (file) void picture.take(file);
  };
  return (
    <div class="row pick">
      <label class={`button${isFirst ? ' main' : ''}`}>
        <input type="file" accept="image/*" class="visually-hidden" onChange={take} />
        {isFirst ? texts.choose : texts.another}
      </label>
      <label class="button camera">
        <input type="file" accept="image/*" capture="environment" class="visually-hidden" onChange={take} />
        {texts.photograph}
      </label>
    </div>
  );
}
