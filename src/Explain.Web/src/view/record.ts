import { sessionKey } from '../api/key';
import { Problem } from '../api/problem';
import type { Recorded } from '../api/types';

/** A given explanation, with its image where that is kept. */
export interface Shown {
  readonly facts: Recorded;
  /** An address of the image that holds as long as the page. */
  readonly picture: string | null;
}

/**
 * Asks for what an address of the view shows, with the signatures that it carries or else the key of this tab.
 * @param base Where the service's addresses begin, with a slash at the end.
 */
export async function recordOf(base: URL, address: URL): Promise<Shown> {
  const id = address.pathname.split('/').pop() ?? '';
  const facts = (await (await ask(base, id, address.searchParams, 'facts')).json()) as Recorded;
  if (facts.picture == null) return { facts, picture: null };
  const image = await ask(base, `${id}/image`, address.searchParams, 'picture');
  return { facts, picture: URL.createObjectURL(await image.blob()) };
}

// Where the signature is refused a key may still do.
async function ask(base: URL, path: string, given: URLSearchParams, name: 'facts' | 'picture'): Promise<Response> {
  const url = new URL(`api/v1/explanations/${path}`, base);
  const signed = new URL(url);
  const [end, signature, key] = [given.get('expires'), given.get(name), sessionKey.get()];
  if (end && signature) {
    signed.searchParams.set('expires', end);
    signed.searchParams.set('signature', signature);
  }
  let response = await get(signed);
  if (response.status === 401 && key) response = await get(url, { 'X-Api-Key': key });
  if (!response.ok) throw await Problem.of(response);
  return response;
}

function get(url: URL, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers }).catch(() => {
    throw Problem.unreachable();
  });
}
