import type { Placement } from '../../map/geometry';

/** Shades what the model did not see. */
export function Seen({ place }: { place: Placement }) {
  const { region, width, height } = place;
  const style = {
    left: `${(100 * region.x) / width}%`,
    top: `${(100 * region.y) / height}%`,
    width: `${(100 * region.width) / width}%`,
    height: `${(100 * region.height) / height}%`,
  };
  return <div class="seen" style={style} />;
}
