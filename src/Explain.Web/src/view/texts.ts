const en = {
  working: 'Looking it up …',
  title: 'Explanation',
  sees: (target: string, model: string) => `${target}, as ${model} sees it`,
  target: (index: number) => `class ${index}`,
  alt: (targets: string) => `The picture with a heat map of what speaks for ${targets}`,
  warm: 'Warm colours mark what the model went by.',
  notKept: 'The picture itself was not kept, only what is said here.',
  facts: { model: 'Model', method: 'Method', layer: 'Layer', score: 'Score', image: 'Picture', time: 'Explained' },
  version: (name: string, version: string) => `${name}, version ${version}`,
  size: (width: number, height: number) => `${width} × ${height} pixels`,
  partial: (done: number, of: number) => `Made of ${done} of ${of} samples: a deadline came first.`,
  problem: {
    title: 'There is nothing to show',
    refused: 'This link has expired, or it was never right. Whoever gave it to you can make another.',
    gone: 'There is no such explanation. One that was just given may appear in a moment; old ones are deleted.',
    unreachable: 'The service does not answer.',
  },
  again: 'Try again',
  key: { label: 'API key', why: 'With a key of this service it is shown all the same. It is kept in this tab alone.', use: 'Use it' },
};

const de: Texts = {
  working: 'Wird nachgesehen …',
  title: 'Erklärung',
  sees: (target, model) => `${target}, so wie ${model} es sieht`,
  target: (index) => `Klasse ${index}`,
  alt: (targets) => `Das Bild mit einer Karte dessen, was für ${targets} spricht`,
  warm: 'Warme Farben zeigen, wonach das Modell ging.',
  notKept: 'Das Bild selbst wurde nicht aufgehoben, nur was hier steht.',
  facts: { model: 'Modell', method: 'Methode', layer: 'Schicht', score: 'Wert', image: 'Bild', time: 'Erklärt' },
  version: (name, version) => `${name}, Version ${version}`,
  size: (width, height) => `${width} × ${height} Pixel`,
  partial: (done, of) => `Aus ${done} von ${of} Stichproben: eine Frist kam zuvor.`,
  problem: {
    title: 'Hier gibt es nichts zu sehen',
    refused: 'Dieser Link ist abgelaufen oder war nie richtig. Wer ihn weitergab, kann einen neuen machen.',
    gone: 'Diese Erklärung gibt es nicht. Eine eben gegebene erscheint gleich; alte werden gelöscht.',
    unreachable: 'Der Dienst antwortet nicht.',
  },
  again: 'Noch einmal versuchen',
  key: {
    label: 'API-Schlüssel',
    why: 'Mit einem Schlüssel dieses Dienstes geht es trotzdem. Er bleibt nur in diesem Tab.',
    use: 'Verwenden',
  },
};

/** What the view says. */
export type Texts = typeof en;

export function textsOf(language: string): Texts {
  return language.toLowerCase().startsWith('de') ? de : en;
}
