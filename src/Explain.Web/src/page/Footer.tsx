import { useStore, useTexts } from '../state/store';

export function Footer() {
  const { client, hasKey, useKey } = useStore();
  const texts = useTexts().foot;
  return (
    <footer>
      <a href={new URL('swagger', client.base).href}>{texts.api}</a>
      <a href={new URL('docs/', client.base).href}>{texts.docs}</a>
      {hasKey.value && (
        <button type="button" class="quiet" onClick={() => void useKey(null)}>
          {texts.forget}
        </button>
      )}
    </footer>
  );
}
