import type { ProblemDocument } from './types';

const prefix = 'urn:explain-service:problem:';

/** What the service refused, or that it was not there. */
export class Problem extends Error {
  /** The stable end of the problem's type, or `unreachable`. */
  readonly kind: string;
  readonly status: number;
  readonly title: string;
  /** What was wrong this time and what is allowed. */
  readonly detail: string | null;
  /** Messages for each parameter. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly requestId: string | null;

  constructor(document: Partial<ProblemDocument>, status: number) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.kind = document.type?.startsWith(prefix) ? document.type.slice(prefix.length) : 'unexpected';
    this.status = status;
    this.title = document.title ?? `HTTP ${status}`;
    this.detail = document.detail ?? null;
    this.errors = document.errors ?? {};
    this.requestId = document.requestId ?? null;
  }

  static async of(response: Response): Promise<Problem> {
    const text = await response.text();
    return new Problem(isProblem(response) ? (JSON.parse(text) as ProblemDocument) : {}, response.status);
  }

  static unreachable(): Problem {
    return new Problem({ type: `${prefix}unreachable` }, 0);
  }
}

function isProblem(response: Response): boolean {
  return (response.headers.get('Content-Type') ?? '').startsWith('application/problem+json');
}

/** Whether something ended because it was told to. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
