import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client, MethodId } from '../api/client';
import type { SessionKey } from '../api/key';
import { languageOf, languages, type Language } from '../texts/languages';
import { readAddress, writeAddress, type ViewName } from './address';
import { createAnswer, type Answer } from './answer';
import { createAsker } from './asker';
import { createCatalogue } from './catalogue';
import { createChoice, usual, type Choice } from './choice';
import { createPicture, type Picture } from './picture';
import { createVersus } from './versus';
import { createView } from './view';

export type Store = ReturnType<typeof createStore>;

/** All that the page knows, with the actions that change it. */
export function createStore(client: Client, sessionKey: SessionKey, wantedLanguages: readonly string[]) {
  const catalogue = createCatalogue(client);
  const picture = createPicture(client, catalogue);
  const choice = createChoice(catalogue);
  const answer = createAnswer(client, catalogue);
  const versus = createVersus(catalogue, choice, answer);
  const language = signal<Language>(languageOf(wantedLanguages));
  const route = signal<ViewName>('map');
  const hasKey = signal(sessionKey.get() !== null);

  /** Whether the service turned the page away: without a key, or with one that it does not know (any more). */
  const needsKey = computed(() => {
    const [state, work] = [catalogue.state.value, answer.work.value];
    return (typeof state === 'object' && state.status === 401) || (work.kind === 'failed' && work.problem.status === 401);
  });

  const fetchSample = (name: string): Promise<Picture | null> =>
    picture.sample(name).catch((error: unknown) => {
      answer.fail(error);
      return null;
    });

  /** Makes the page what an address says; without a model in it, the first that is not the demo. */
  const follow = async (hash: string): Promise<void> => {
    const address = readAddress(hash);
    const names = catalogue.ready.value.map((m) => m.name);
    const wished = names.find((name) => name === address.choice.model);
    const model = wished ?? (address.sample ? names.find(isDemo) : names.find((name) => !isDemo(name))) ?? names[0];
    if (!model) return;
    const isNew = picture.current.value?.sample !== address.sample;
    const sample = isNew && address.sample ? await fetchSample(address.sample) : null;
    batch(() => {
      route.value = address.view;
      choice.choose({ ...address.choice, model });
      if (address.versus) versus.compare(...address.versus);
      if (sample) picture.show(sample);
    });
  };

  /** Shows a sample; the demo model answers, as it alone knows what is on it. */
  const showSample = async (name: string): Promise<void> => {
    const demo = catalogue.ready.value.find((m) => isDemo(m.name));
    const sample = await fetchSample(name);
    if (!sample) return;
    batch(() => {
      if (demo) choice.choose({ model: demo.name, target: usual.target });
      picture.show(sample);
    });
  };

  /** Goes back to an answer of this session. */
  const goBackTo = (made: Answer): void => {
    batch(() => {
      answer.restore(made);
      picture.show(made.picture);
      choice.choose(made.choice);
    });
  };

  /** Asks a question as the page's own. */
  const open = (asked: Choice): void => {
    choice.choose(asked);
    route.value = 'map';
  };

  /** Ends what is going on; without a map of it, goes back to what was shown before. */
  const stop = (): void => {
    answer.stop();
    const before = answer.current.value;
    if (answer.work.value.kind === 'idle' && before && before.picture === picture.current.value) choice.choose(before.choice);
  };

  /** Has the service draw a picture that this browser cannot show, like TIFF. */
  const redraw = async (): Promise<void> => {
    const [shown, model] = [picture.current.value, choice.current.value?.model];
    const [method] = model ? catalogue.methodsFor(model) : [];
    if (!shown || !model || !method) return;
    const drawn = await client.explainFile(model, shown.file, { method: method as MethodId, render: 'overlay', alpha: 0, format: 'png' });
    shown.url.value = URL.createObjectURL(drawn);
  };

  /** Loads what the service has, and goes where the address says. */
  const start = async (): Promise<void> => {
    await catalogue.load();
    await follow(location.hash);
    catalogue.untilLoaded().catch(answer.fail);
  };

  /** Begins anew with another key, or without one. */
  const useKey = async (key: string | null): Promise<void> => {
    if (key === null) sessionKey.forget();
    else sessionKey.set(key);
    hasKey.value = key !== null;
    await start();
    const [shown, chosen] = [picture.current.value, choice.current.value];
    if (answer.work.value.kind === 'failed' && shown && chosen) await answer.ask(shown, chosen);
  };

  /** Asks whenever the question is another, and keeps the address what the page is. */
  const listen = (): void => {
    effect(() => {
      const [shown, chosen] = [picture.current.value, choice.current.value];
      if (shown && chosen) untracked(() => void answer.ask(shown, chosen));
    });
    effect(() => {
      if (choice.current.value) {
        const [sample, compared] = [picture.current.value?.sample ?? null, [versus.aspect.value, versus.picked.value] as const];
        history.replaceState(null, '', writeAddress(route.value, sample, choice.current.value, compared));
      }
    });
    window.addEventListener('hashchange', () => void follow(location.hash));
  };

  return {
    client,
    catalogue,
    picture,
    choice,
    answer,
    asker: createAsker(client, catalogue),
    versus,
    view: createView(),
    language,
    route,
    needsKey,
    hasKey,
    useKey,
    start,
    listen,
    stop,
    redraw,
    showSample,
    goBackTo,
    open,
  };
}

function isDemo(model: string): boolean {
  return model === 'demo';
}

export const StoreContext = createContext<Store | null>(null);

/** The store of the page. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('outside of the page');
  return store;
}

/** The texts in the language that is chosen. */
export function useTexts() {
  return languages[useStore().language.value];
}
