import { useSignalEffect } from '@preact/signals';
import { useStore, useTexts } from '../state/store';
import { className } from './parts/format';
import { DropTarget } from './DropTarget';
import { Footer } from './Footer';
import { Header } from './Header';
import { KeyDialog } from './KeyDialog';
import { routes } from './routes';

export function Page() {
  const { answer, catalogue, language, needsKey, route, start } = useStore();
  const texts = useTexts();
  const View = routes[route.value];
  const state = catalogue.state.value;
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
  });
  useSignalEffect(() => {
    const best = answer.facts.value?.predictions[0];
    document.title = best ? `${className(best)} – ${texts.title}` : texts.title;
  });
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1}>
        {state === 'loading' && <p class="waiting-for-service">{texts.loading}</p>}
        {state === 'ready' && (catalogue.ready.value.length > 0 ? <View /> : <p class="waiting-for-service">{texts.noModels}</p>)}
        {typeof state === 'object' && !needsKey.value && (
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
      <Footer />
      <DropTarget />
      <KeyDialog />
    </>
  );
}
