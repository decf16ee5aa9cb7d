import { views } from '../state/address';
import { useStore, useTexts } from '../state/store';

export function Header() {
  const { route } = useStore();
  const texts = useTexts();
  return (
    <header>
      <strong>{texts.title}</strong>
      <nav>
        {views.map((view) => (
          <button key={view} type="button" aria-current={route.value === view ? 'page' : undefined} onClick={() => (route.value = view)}>
            {texts.views[view]}
          </button>
        ))}
      </nav>
    </header>
  );
}
