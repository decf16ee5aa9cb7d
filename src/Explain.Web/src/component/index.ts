import { ExplainMapElement, type ErrorDetail, type LoadDetail } from './element';

export { ExplainMapElement, type ErrorDetail, type LoadDetail };

declare global {
  interface HTMLElementTagNameMap {
    'explain-map': ExplainMapElement;
  }
  interface HTMLElementEventMap {
    'explain-map-load': CustomEvent<LoadDetail>;
    'explain-map-error': CustomEvent<ErrorDetail>;
  }
}

// Two scripts on one page, perhaps of two versions: the first one stays.
if (globalThis.customElements && !customElements.get('explain-map')) customElements.define('explain-map', ExplainMapElement);
