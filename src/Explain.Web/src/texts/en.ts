/** The page's texts; every other language has the same keys. */
export const en = {
  languageName: 'English',
  title: 'Explain',
  tagline: 'Drop a picture. See what the model looked at.',
  views: { map: 'Explain', compare: 'Compare', model: 'Model' },
};

/** One language's texts: the keys of English, and functions where a text has something in it. */
export type Texts = Widened<typeof en>;

type Widened<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...given: infer G) => string ? (...given: G) => string : Widened<T[K]>;
};
