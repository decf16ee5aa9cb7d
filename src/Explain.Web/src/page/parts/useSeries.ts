import { useEffect, useMemo } from 'preact/hooks';
import { createSeries, type Series } from '../../state/series';
import { useStore } from '../../state/store';

/**
 * Questions that are asked one after the other for as long as a component is there.
 * @param subject What they are about: when it changes, they are given up.
 */
export function useSeries(subject: readonly unknown[]): Series {
  const { asker } = useStore();
  const series = useMemo(() => createSeries(asker), []);
  useEffect(() => series.clear, subject);
  return series;
}
