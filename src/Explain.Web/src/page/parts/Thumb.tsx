import type { Answer } from '../../state/answer';
import type { Picture } from '../../state/picture';
import { useDrawn } from './drawn';
import { Heat } from './Heat';

/** A picture with an answer's map, small; without an answer the picture alone. */
export function Thumb({ picture, answer }: { picture: Picture; answer: Answer | null }) {
  const drawn = useDrawn(answer);
  const image = answer?.document.image;
  return (
    <span class="picture" style={image ? { aspectRatio: `${image.width} / ${image.height}` } : {}}>
      <img src={picture.url.value} alt="" />
      {drawn && <Heat {...drawn} threshold={0} fade opacity={0.85} />}
    </span>
  );
}
