import { useEffect, useMemo, useRef } from 'preact/hooks';
import { pixelOrder } from '../../map/order';
import { mapValues } from '../../map/values';
import type { Answer } from '../../state/answer';
import { useStore } from '../../state/store';
import { usePixels } from './usePixels';
import { zeroColor } from './zeroColor';

interface Properties {
  readonly of: Answer;
  /** Of the pixels, the most important first. */
  readonly share: number;
  /** Whether these are all that is shown; else they are all that is not. */
  readonly isShown: boolean;
  readonly caption: string;
}

/** What the model saw of a picture, without its most important pixels or of them alone. */
export function Erased({ of, share, isShown, caption }: Properties) {
  const { catalogue } = useStore();
  const canvas = useRef<HTMLCanvasElement>(null);
  const input = catalogue.model(of.choice.model)?.input;
  const [width, height] = [input?.width ?? 1, input?.height ?? 1];
  const order = useMemo(() => (of.target.map ? pixelOrder(mapValues(of.target.map), width, height) : null), [of, width, height]);
  const zero = input ? zeroColor(input) : 0;
  const pixels = usePixels(of, width, height, zero);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !order || !pixels.value) return;
    const image = context.createImageData(width, height);
    const shown = new Uint32Array(image.data.buffer);
    const count = Math.round(share * order.length);
    shown.set(pixels.value);
    for (const pixel of isShown ? order.subarray(count) : order.subarray(0, count)) shown[pixel] = zero;
    context.putImageData(image, 0, 0);
  }, [order, pixels.value, share, isShown, zero]);

  return (
    <figure>
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={caption} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
