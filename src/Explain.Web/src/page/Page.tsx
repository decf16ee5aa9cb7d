import { useSignalEffect } from '@preact/signals';
import { useStore, useTexts } from '../state/store';
import { DropTarget } from './DropTarget';
import { Header } from './Header';
import { KeyDialog } from './KeyDialog';
import { routes } from './routes';

export function Page() {
  const { catalogue, language, route, start } = useStore();
  const texts = useTexts();
  const View = routes[route.value];
  const state = catalogue.state.value;
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
  });
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1}>
        {state === 'loading' && <p class="waiting-for-service">{texts.loading}</p>}
        {state === 'ready' && (catalogue.ready.value.length > 0 ? <View /> : <p class="waiting-for-service">{texts.noModels}</p>)}
        {typeof state === 'object' && state.status !== 401 && (
          <div class="banner wrong" role="alert">
            <p>
              <strong>{state.status === 0 ? texts.work.unreachable : state.title}</strong> {state.detail}
            </p>
            <button type="button" onClick={() => void start()}>
              {texts.again}
            </button>
          </div>
        )}
      </main>
      <DropTarget />
      <KeyDialog />
    </>
  );
}
