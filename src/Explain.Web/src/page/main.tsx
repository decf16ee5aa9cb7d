import { render } from 'preact';
import { createClient } from '../api/client';
import { sessionKey } from '../api/key';
import { createStore, StoreContext } from '../state/store';
import { Page } from './Page';

// Scripts lie one folder below where the service's addresses begin.
const base = import.meta.env.DEV ? new URL('/', location.href) : new URL(/* @vite-ignore */ '../', import.meta.url);
const store = createStore(createClient(base, sessionKey.get), sessionKey, navigator.languages);

render(
  <StoreContext.Provider value={store}>
    <Page />
  </StoreContext.Provider>,
  document.getElementById('page')!,
);
store.listen();
await store.start();
