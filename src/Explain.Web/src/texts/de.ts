import type { Texts } from './en';

export const de: Texts = {
  languageName: 'Deutsch',
  title: 'Explain',
  tagline: 'Bild hineinziehen. Sehen, wohin das Modell geschaut hat.',
  views: { map: 'Erklären', compare: 'Vergleichen', model: 'Modell' },
};
