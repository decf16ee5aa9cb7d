import { de } from './de';
import { en, type Texts } from './en';

/** The languages there are: a line here and a file beside this one. */
export const languages = { en, de } as const satisfies Record<string, Texts>;

export type Language = keyof typeof languages;

/** The first of the languages that a person reads which the page has; English else. */
export function languageOf(wanted: readonly string[]): Language {
  const known = Object.keys(languages) as Language[];
  for (const tag of wanted) {
    const found = known.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}
