const text = `
  :host { display: inline-block; max-width: 100%; font: 0.875rem/1.4 system-ui, sans-serif; }
  :host([hidden]), [hidden] { display: none !important; }
  figure { margin: 0; }
  .frame { position: relative; display: block; overflow: hidden; }
  img { display: block; max-width: 100%; height: auto; }
  canvas { position: absolute; pointer-events: none; }
  .over { position: absolute; inset: 0; display: grid; place-items: end start; padding: 0.5rem; }
  .over.alone { position: static; }
  .message { padding: 0.25rem 0.5rem; border-radius: 0.375rem; background: rgb(0 0 0 / 0.72); color: #fff; }
  .error .message { background: #8f1d1d; }
  figcaption { padding-block-start: 0.375rem; }
  @media (prefers-reduced-motion: no-preference) {
    canvas { transition: opacity 250ms; }
    .loading .message { animation: breathe 1.6s ease-in-out infinite alternate; }
    @keyframes breathe { to { opacity: 0.55; } }
  }
`;

let made: CSSStyleSheet | undefined;

/** How the element looks, unless the page says otherwise by ::part(); one for all elements. */
export function styleSheet(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(text);
  }
  return made;
}
