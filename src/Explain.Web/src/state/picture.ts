import { signal, type Signal } from '@preact/signals';
import type { Client } from '../api/client';
import type { Catalogue } from './catalogue';

/** A picture to be explained. */
export interface Picture {
  /** What the service is sent. */
  readonly file: Blob;
  readonly name: string;
  /** An address for <img>; that of the file, unless the browser cannot show it. */
  readonly url: Signal<string>;
  /** The file name of a sample of the service; null for a person's own picture. */
  readonly sample: string | null;
}

/** Why a file was not taken. */
export type Refused = { readonly kind: 'no-picture' } | { readonly kind: 'too-large'; readonly bytes: number; readonly allowed: number };

export type PictureState = ReturnType<typeof createPicture>;

// What the service reads; of the rest, the browser makes JPEG where it can read it.
const readable = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp', 'image/tiff'];

/** The picture that everything on the page is about. */
export function createPicture(client: Client, catalogue: Catalogue) {
  const current = signal<Picture | null>(null);
  const refused = signal<Refused | null>(null);

  const show = (picture: Picture): void => {
    refused.value = null;
    current.value = picture;
  };

  /** Takes a file that was dropped, pasted, picked or photographed. */
  const take = async (given: File): Promise<void> => {
    const file = readable.includes(given.type) ? given : await turned(given);
    const allowed = catalogue.limits.value?.bytes ?? Infinity;
    if (!file) refused.value = { kind: 'no-picture' };
    else if (file.size > allowed) refused.value = { kind: 'too-large', bytes: file.size, allowed };
    else show(pictureOf(file, given.name, null));
  };

  const sample = async (name: string): Promise<Picture> => pictureOf(await client.sample(name), name, name);

  return { current, refused, take, sample, show };
}

function pictureOf(file: Blob, name: string, sample: string | null): Picture {
  return { file, name, url: signal(URL.createObjectURL(file)), sample };
}

// HEIC and its like: upright, as JPEG; null for what this browser cannot read either.
async function turned(file: File): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
}
