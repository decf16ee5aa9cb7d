import type { FunctionComponent } from 'preact';
import type { ViewName } from '../state/address';
import { MapView } from './MapView';

/** What is shown at each view of the address. */
export const routes: Record<ViewName, FunctionComponent> = {
  map: MapView,
};
