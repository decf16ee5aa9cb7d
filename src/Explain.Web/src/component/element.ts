import { Problem } from '../api/problem';
import type { Explanation, Prediction, TargetExplanation } from '../api/types';
import { colorTable, withOpacity } from '../map/colors';
import { paint } from '../map/paint';
import { answerTo, NoPicture, type Answer } from './answer';
import { asked, drawn, lookOf, questionOf, WrongAttribute, type Question } from './attributes';
import { createParts } from './parts';
import { styleSheet } from './style';
import { languageOf, textsOf } from './texts';

/** What `explain-map-load` says. */
export interface LoadDetail {
  readonly explanation: Explanation;
  /** Path of the facts that the service keeps of it; null where it keeps none. */
  readonly record: string | null;
}

/** What `explain-map-error` says. */
export interface ErrorDetail {
  /** `attribute`, `picture`, or the end of the service's problem type, like `model-not-found`; `unreachable` when it does not answer. */
  readonly kind: string;
  readonly message: string;
  /** Of the service's answer; 0 where there was none. */
  readonly status: number;
}

// The script lies where the service's addresses begin.
const script = import.meta.url;

// Where pages are made on a server there is no such class, and importing this must not fail.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/** A picture with the heat map of what a model looked at. */
export class ExplainMapElement extends Base {
  static readonly observedAttributes: readonly string[] = [...asked, ...drawn];

  readonly #parts = createParts(this.attachShadow({ mode: 'open' }));
  #key: string | null = null;
  #running = new AbortController();
  #question: string | null = null;
  #answer: Answer | null = null;
  #due = false;

  constructor() {
    super();
    this.shadowRoot!.adoptedStyleSheets = [styleSheet()];
    // A page may have given it before this script was there: then it is a property of its own, which hides the accessor.
    if (Object.hasOwn(this, 'apiKey')) {
      this.#key = (this as { apiKey: string | null }).apiKey;
      delete (this as { apiKey?: string | null }).apiKey;
    }
  }

  /** The key that is sent to the service, where it takes one. No attribute: what is in a page's markup is read by everybody. */
  get apiKey(): string | null {
    return this.#key;
  }

  set apiKey(key: string | null) {
    this.#key = key;
    this.#question = null;
    this.#change();
  }

  connectedCallback(): void {
    this.#change();
  }

  disconnectedCallback(): void {
    this.#running.abort();
    if (!this.#answer) this.#question = null;
  }

  attributeChangedCallback(): void {
    this.#change();
  }

  // Several attributes change at once: they are one question.
  #change(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#follow();
    });
  }

  #follow(): void {
    try {
      const question = questionOf(this, new URL('./', script).href);
      const text = JSON.stringify(question);
      if (text === this.#question) this.#draw();
      else this.#begin(question, text);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(question: Question | null, text: string): void {
    this.#running.abort();
    this.#running = new AbortController();
    [this.#question, this.#answer] = [text, null];
    const { image, map, caption, say } = this.#parts;
    map.hidden = true;
    caption.textContent = '';
    image.hidden = question === null;
    if (!question) {
      say(null);
      return;
    }
    image.src = question.src;
    image.alt = this.getAttribute('alt') ?? '';
    say('loading', textsOf(languageOf(this)).working);
    void this.#ask(question, this.#running.signal);
  }

  async #ask(question: Question, signal: AbortSignal): Promise<void> {
    try {
      const answer = await answerTo(question, this.#key, signal);
      if (signal.aborted) return;
      this.#answer = answer;
      this.#draw();
      this.#tell<LoadDetail>('explain-map-load', { explanation: answer.explanation, record: answer.record });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #draw(): void {
    if (!this.#answer) return;
    const { explanation, entries, colorMaps } = this.#answer;
    const { opacity, threshold, colormap } = lookOf(this);
    const colors = colorMaps.find((map) => map.name === colormap);
    if (!colors) {
      const names = colorMaps.map((map) => map.name).join(', ');
      throw new WrongAttribute(`colormap = '${colormap}' is not allowed; allowed: ${names}`);
    }
    const [target] = explanation.explanations;
    const { image, map, caption, place, say } = this.#parts;
    const words = target ? this.#words(explanation, target) : { name: '', caption: '' };
    say(null);
    image.alt = this.getAttribute('alt') ?? words.name;
    caption.textContent = words.caption;
    map.hidden = entries === null;
    if (!entries) return;
    place(explanation.image);
    paint(map, entries, withOpacity(colorTable(colors.colors), false, { threshold, fade: true }));
    map.style.opacity = `${opacity}`;
  }

  #words({ model }: Explanation, { target, method, diagnostics }: TargetExplanation): { name: string; caption: string } {
    const language = languageOf(this);
    const texts = textsOf(language);
    const share = 'probability' in target ? (target as Prediction).probability : null;
    const label = target.label ?? ('output' in target ? target.output : texts.target((target as Prediction).index));
    const percent = share == null ? null : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
    const shown = [label, percent, method].filter((text) => text !== null).join(' · ');
    const empty = this.#answer?.entries ? [] : diagnostics.slice(0, 1).map((d) => d.message);
    return { name: texts.name(label, model.name), caption: [shown, ...empty].join('. ') };
  }

  #fail(error: unknown): void {
    const detail = detailOf(error);
    this.#parts.map.hidden = true;
    if (detail.kind === 'picture') this.#parts.image.hidden = true;
    this.#parts.say('error', detail.message);
    this.#tell('explain-map-error', detail);
  }

  #tell<T>(type: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(type, { detail, bubbles: true, composed: true }));
  }
}

function detailOf(error: unknown): ErrorDetail {
  if (error instanceof Problem) return { kind: error.kind, message: error.message, status: error.status };
  if (error instanceof NoPicture) return { kind: 'picture', message: error.message, status: 0 };
  if (error instanceof WrongAttribute) return { kind: 'attribute', message: error.message, status: 0 };
  throw error;
}
