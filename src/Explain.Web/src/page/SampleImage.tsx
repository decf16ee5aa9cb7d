import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useStore } from '../state/store';

/** A sample as a small picture: fetched, as an address in an <img> would bring no key along. */
export function SampleImage({ file }: { file: string }) {
  const { client } = useStore();
  const url = useSignal('');
  useEffect(() => {
    let made = '';
    client.sample(file).then((blob) => (url.value = made = URL.createObjectURL(blob)));
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url.value ? <img src={url.value} alt="" /> : <span class="blank" />;
}
