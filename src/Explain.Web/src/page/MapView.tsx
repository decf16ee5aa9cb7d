import { useTexts } from '../state/store';

export function MapView() {
  return <p>{useTexts().tagline}</p>;
}
