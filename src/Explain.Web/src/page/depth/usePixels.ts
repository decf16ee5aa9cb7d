import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../../state/answer';

/** The picture as large as the model's input, and cut or padded as it; null until it is read. */
export function usePixels(of: Answer, width: number, height: number, padding: number): ReadonlySignal<Uint32Array | null> {
  const pixels = useSignal<Uint32Array | null>(null);
  const url = of.picture.url.value;
  useEffect(() => {
    let isHere = true;
    const image = new Image();
    image.src = url;
    const read = async (): Promise<void> => {
      await image.decode();
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (!context || !isHere) return;
      const { input } = of.document.image;
      const [across, down] = [width / input.width, height / input.height];
      const { naturalWidth, naturalHeight } = image;
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, -input.x * across, -input.y * down, naturalWidth * across, naturalHeight * down);
      const read = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      pixels.value = read.map((pixel) => (pixel >= 0x1000000 ? pixel : padding));
    };
    void read();
    return () => (isHere = false);
  }, [of, url, width, height, padding]);
  return pixels;
}
