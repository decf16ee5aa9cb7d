import type { compare as english } from './compare.en';

export const compare: typeof english = {
  title: 'Nebeneinander',
  by: 'Was verschieden ist',
  aspects: { target: 'Klasse', score: 'Grund', method: 'Methode', layer: 'Schicht', model: 'Modell' },
  left: 'Links',
  right: 'Rechts',
  pane: (side) => `${side}: das Bild mit seiner Karte. Pfeiltasten bewegen den Punkt, der auf beiden Seiten gelesen wird.`,
  waiting: 'Das Bild wird angesehen …',
  nothing: {
    target: 'Dieses Modell hat keine zweite Klasse.',
    score: 'Dieses Modell hat keine zweite Klasse.',
    method: 'Dieses Modell kann keine andere Methode.',
    layer: 'Dieses Modell hat keine andere Schicht.',
    model: 'Dieser Dienst hat nur ein Modell; mit einem zweiten lassen sich hier beide vergleichen.',
  },
  empty: 'Hier spricht nichts dafür; das Bild bleibt ungefärbt.',
  reasons: {
    plain: (label) => `Warum „${label}“?`,
    plainSays: (label) => `Die farbigen Stellen sprechen für „${label}“.`,
    contrast: (label, other) => `Warum „${label}“ und nicht „${other}“?`,
    contrastSays: (label, other) => `Die farbigen Stellen sprechen mehr für „${label}“ als für „${other}“.`,
    against: (label) => `Was spricht gegen „${label}“?`,
    againstSays: (label) => `Ohne die farbigen Stellen wäre sich das Modell bei „${label}“ sicherer.`,
  },
  question: 'Frage',
  sheet: {
    title: 'Alles auf einmal',
    methods: 'Jede Methode',
    targets: 'Beste Klassen',
    about: {
      methods: 'Das Bild, wie jede Methode es erklärt, eine nach der anderen. Was länger als drei Sekunden dauert, bleibt weg.',
      targets: 'Was für jede der besten Klassen spricht, nach der gewählten Methode.',
    },
    draw: (n) => (n === 1 ? 'Die Karte zeichnen' : `${n} Karten zeichnen`),
    leftOut: (n) => (n === 1 ? '1 Methode fehlt' : `${n} Methoden fehlen`),
    dear: (time, passes) => `etwa ${time}: ${passes} Durchläufe durch das Modell`,
  },
};
