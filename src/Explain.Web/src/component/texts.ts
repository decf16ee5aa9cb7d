const en = {
  working: 'Explaining…',
  name: (target: string, model: string) => `What speaks for ${target}, as ${model} sees it`,
  target: (index: number) => `class ${index}`,
};

const de: typeof en = {
  working: 'Wird erklärt…',
  name: (target, model) => `Was für ${target} spricht, so wie ${model} es sieht`,
  target: (index) => `Klasse ${index}`,
};

/** What the element says by itself. */
export type Texts = typeof en;

/** The language of a place in a page, or of its reader. */
export function languageOf(element: Element): string {
  return element.closest<HTMLElement>('[lang]')?.lang || navigator.language;
}

export function textsOf(language: string): Texts {
  return language.toLowerCase().startsWith('de') ? de : en;
}
