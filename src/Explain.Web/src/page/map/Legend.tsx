import { ValueLegend } from '../parts/ValueLegend';
import { useShown } from './useShown';

/** The legend of the map on the stage. */
export function Legend() {
  return <ValueLegend drawn={useShown().value} />;
}
