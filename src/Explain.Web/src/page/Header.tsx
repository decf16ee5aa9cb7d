import { views } from '../state/address';
import { useStore, useTexts } from '../state/store';
import { languages, type Language } from '../texts/languages';

export function Header() {
  const { catalogue, choice, language, route } = useStore();
  const texts = useTexts();
  return (
    <header class="head">
      <a class="visually-hidden skip" href="#main" onClick={skip}>
        {texts.skip}
      </a>
      <strong class="brand">{texts.title}</strong>
      {views.length > 1 && (
        <nav aria-label={texts.title}>
          {views.map((view) => (
            <button key={view} type="button" aria-current={route.value === view ? 'page' : undefined} onClick={() => (route.value = view)}>
              {texts.views[view]}
            </button>
          ))}
        </nav>
      )}
      <label class="pick-model">
        <span>{texts.model}</span>
        <select
          aria-label={texts.model}
          value={choice.current.value?.model}
          onChange={(event) => choice.choose({ model: event.currentTarget.value })}
        >
          {catalogue.models.value.map(({ name, state, model }) => (
            <option key={name} value={name} disabled={!model}>
              {model ? name : `${name} (${state})`}
            </option>
          ))}
        </select>
      </label>
      <select
        class="pick-language"
        aria-label={texts.language}
        value={language}
        onChange={(event) => (language.value = event.currentTarget.value as Language)}
      >
        {Object.entries(languages).map(([code, { languageName }]) => (
          <option key={code} value={code} lang={code}>
            {languageName}
          </option>
        ))}
      </select>
    </header>
  );
}

// The address holds the question, so the link itself must not change it.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
