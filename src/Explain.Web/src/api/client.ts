import { readEvents } from './events';
import { isAbort, Problem } from './problem';
import type {
  ColorMapDocument,
  CostEstimate,
  Explanation,
  ImageLimits,
  Link,
  MethodInfo,
  Model,
  ModelState,
  PredictionAnswer,
  ProgressDocument,
  Sample,
} from './types';
import type { operations } from './schema';

/** What may be said beside the image; a list is written with commas. */
export type ExplainParameters = NonNullable<operations['explain']['parameters']['query']>;
export type MethodId = NonNullable<ExplainParameters['method']>;
export type CompareParameters = NonNullable<operations['compare']['parameters']['query']>;

/** An answer with the address under which the audit trail keeps it, where there is a trail. */
export interface Answered<T> {
  readonly document: T;
  readonly record: string | null;
}

export type Client = ReturnType<typeof createClient>;

/**
 * A client of the native API.
 * @param base Where the service's addresses begin, with a slash at the end.
 * @param key The key to send, if there is one.
 */
export function createClient(base: URL, key: () => string | null) {
  const address = (path: string, parameters: object = {}): URL => {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') url.searchParams.set(name, `${value}`);
    return url;
  };

  const send = async (url: URL, init: RequestInit = {}, accept = 'application/json'): Promise<Response> => {
    const headers = new Headers({ Accept: accept });
    const secret = key();
    if (secret) headers.set('X-Api-Key', secret);
    const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
      throw isAbort(error) ? error : Problem.unreachable();
    });
    if (!response.ok) throw await Problem.of(response);
    return response;
  };

  const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
    (await (await send(address(path), { signal: signal ?? null })).json()) as T;

  const post = (path: string, parameters: object, body: Blob | null, signal?: AbortSignal, accept?: string): Promise<Response> =>
    send(address(path, parameters), { method: 'POST', body, signal: signal ?? null }, accept);

  const model = (name: string, operation: string): string => `api/v1/models/${encodeURIComponent(name)}${operation}`;

  const answered = async <T>(response: Response): Promise<Answered<T>> => ({
    document: (await response.json()) as T,
    record: response.headers.get('X-Explanation'),
  });

  return {
    base,
    address,

    models: () => get<{ models: ModelState[]; limits: ImageLimits; uploadBytes: number | null }>('api/v1/models'),
    model: (name: string) => get<Model>(model(name, '')),
    putModel: (name: string, files: FormData, signal: AbortSignal) =>
      send(address(model(name, '')), { method: 'PUT', body: files, signal }).then((r) => r.json() as Promise<Model>),
    labels: async (name: string) => (await get<{ labels: string[] }>(model(name, '/labels'))).labels,
    methods: async () => (await get<{ methods: MethodInfo[] }>('api/v1/methods')).methods,
    colorMaps: async () => (await get<{ colormaps: ColorMapDocument[] }>('api/v1/colormaps')).colormaps,
    samples: async () => (await get<{ samples: Sample[] }>('api/v1/samples')).samples,
    sample: async (file: string) => (await send(address(`api/v1/samples/${file}`), {}, 'image/png')).blob(),
    link: (record: string) => post(`${record.replace(/^\//, '')}/link`, {}, null).then((r) => r.json() as Promise<Link>),

    explain: (name: string, image: Blob, parameters: ExplainParameters, signal?: AbortSignal) =>
      post(model(name, '/explain'), { ...parameters, format: 'json' }, image, signal).then(answered<Explanation>),
    /** The answer as a file: `format` is one of the image formats, `npy` or `json`. */
    explainFile: (name: string, image: Blob, parameters: ExplainParameters, signal?: AbortSignal) =>
      post(model(name, '/explain'), parameters, image, signal, '*/*').then((r) => r.blob()),
    predict: (name: string, image: Blob, signal?: AbortSignal) =>
      post(model(name, '/predict'), {}, image, signal).then((r) => r.json() as Promise<PredictionAnswer>),
    compare: (name: string, image: Blob, parameters: CompareParameters, signal?: AbortSignal) =>
      post(model(name, '/compare'), { ...parameters, format: 'json' }, image, signal).then(answered<Explanation>),
    estimate: (name: string, parameters: ExplainParameters, signal?: AbortSignal) =>
      post(model(name, '/estimate'), parameters, null, signal).then((r) => r.json() as Promise<CostEstimate>),

    /** The same with its progress: it and maps so far go to `grow` as they come. Aborting the signal stops the work. */
    explainGrowing: async (
      name: string,
      image: Blob,
      parameters: ExplainParameters,
      grow: (progress: ProgressDocument) => void,
      signal?: AbortSignal,
    ): Promise<Answered<Explanation>> => {
      const response = await post(model(name, '/explain'), parameters, image, signal, 'text/event-stream');
      let record: string | null = null;
      if (response.body) {
        for await (const { event, data } of readEvents(response.body)) {
          if (event === 'progress') grow(JSON.parse(data) as ProgressDocument);
          else if (event === 'headers') record = (JSON.parse(data) as Record<string, string>)['X-Explanation'] ?? null;
          else if (event === 'answer') return { document: JSON.parse(data) as Explanation, record };
          else if (event === 'problem') throw new Problem(JSON.parse(data) as object, response.status);
        }
      }
      throw Problem.unreachable();
    },
  };
}
