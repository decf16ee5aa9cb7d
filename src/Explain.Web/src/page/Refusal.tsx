import { useStore, useTexts } from '../state/store';
import { bytes } from './parts/format';

/** Why a file was not taken, before anything was sent. */
export function Refusal() {
  const { language, picture } = useStore();
  const texts = useTexts().welcome;
  const refused = picture.refused.value;
  if (!refused) return null;
  return (
    <p class="banner wrong" role="alert">
      {refused.kind === 'too-large'
        ? texts.tooLarge(bytes(refused.bytes, language.value), bytes(refused.allowed, language.value))
        : texts.noPicture}
    </p>
  );
}
