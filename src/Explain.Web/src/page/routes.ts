import type { FunctionComponent } from 'preact';
import type { ViewName } from '../state/address';
import { Compare } from './compare/Compare';
import { MapView } from './MapView';
import { ModelView } from './model/ModelView';

/** What is shown at each view of the address. */
export const routes: Record<ViewName, FunctionComponent> = {
  map: MapView,
  compare: Compare,
  model: ModelView,
};
