import { useStore } from '../../state/store';

/** The point of the picture that is read on both sides. */
export function Crosshair({ width, height }: { width: number; height: number }) {
  const point = useStore().view.pointer.value;
  if (!point) return null;
  return (
    <>
      <i class="hair across" style={{ top: `${(100 * point.y) / height}%` }} />
      <i class="hair down" style={{ left: `${(100 * point.x) / width}%` }} />
    </>
  );
}
