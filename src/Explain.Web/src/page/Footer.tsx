import { sessionKey } from '../api/key';
import { useStore, useTexts } from '../state/store';

export function Footer() {
  const { client, start } = useStore();
  const texts = useTexts().foot;
  const forget = (): void => {
    sessionKey.forget();
    void start();
  };
  return (
    <footer>
      <a href={new URL('swagger', client.base).href}>{texts.api}</a>
      <a href={new URL('docs/', client.base).href}>{texts.docs}</a>
      {sessionKey.get() !== null && (
        <button type="button" class="quiet" onClick={forget}>
          {texts.forget}
        </button>
      )}
    </footer>
  );
}
