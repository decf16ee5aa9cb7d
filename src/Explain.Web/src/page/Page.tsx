import { useStore } from '../state/store';
import { Header } from './Header';
import { routes } from './routes';

export function Page() {
  const { route } = useStore();
  const View = routes[route.value];
  return (
    <>
      <Header />
      <main id="main">
        <View />
      </main>
    </>
  );
}
