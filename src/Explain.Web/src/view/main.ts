import { Problem } from '../api/problem';
import { card } from './card';
import { element } from './dom';
import { failure } from './failure';
import { recordOf } from './record';
import { textsOf } from './texts';

// Scripts lie one folder below where the service's addresses begin.
const base = import.meta.env.DEV ? new URL('/', location.href) : new URL(/* @vite-ignore */ '../', import.meta.url);
const language = navigator.language;
const texts = textsOf(language);
const place = document.getElementById('view')!;

async function show(): Promise<void> {
  place.replaceChildren(element('p', { role: 'status' }, texts.working));
  try {
    place.replaceChildren(card(await recordOf(base, new URL(location.href)), texts, language));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(failure(error, texts, () => void show()));
  }
}

document.documentElement.lang = texts === textsOf('de') ? 'de' : 'en';
document.title = texts.title;
await show();
