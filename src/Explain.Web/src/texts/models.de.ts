import type { models as english } from './models.en';

export const models: typeof english = {
  about: (layers, classes) =>
    `${layers} Schichten, die sich erklären lassen${classes > 0 ? `, ${classes} Klassen` : '; es hat keine Klassen'}`,
  facts: 'Was es nimmt und gibt',
  input: 'Eingabe',
  output: 'Ausgabe',
  picture: 'Ein Bild wird',
  fits: {
    crop: (width, height) => `verkleinert, und seine Mitte ausgeschnitten: ${width} × ${height} Bildpunkte`,
    stretch: (width, height) => `auf ${width} × ${height} Bildpunkte gestreckt`,
    pad: (width, height) => `in ${width} × ${height} Bildpunkte eingepasst und aufgefüllt`,
  },
  pixel: (scale, mean, std) => `(Bildpunkt × ${scale} − ${mean}) ÷ ${std}`,
  explained: 'Erklärt wird',
  activations: {
    softmax: 'eine Klasse schließt die anderen aus (Softmax)',
    sigmoid: 'die Klassen sind voneinander unabhängig (Sigmoid)',
    none: 'es gibt Werte und keine Wahrscheinlichkeiten',
  },
  version: 'Version',
  noGuesses: 'Nichts: seine Einstellungen sagen alles.',
  gradients: 'Gradienten',
  allGradients: 'Jeder Operator zwischen Bild und Wert hat einen Gradienten.',
  someGradients: (nodes, operators) =>
    `${nodes === 1 ? 'Ein Knoten hat' : `${nodes} Knoten haben`} keinen Gradienten (${operators}); Methoden, die ihn brauchen, werden abgelehnt, die anderen gehen.`,
  nodes: 'Welche es sind',
  labels: 'Klassen',
  more: (n) => `${n} weitere: danach suchen.`,
  methods: (can, all) => `${can} von ${all} Methoden gehen damit`,
  layers: 'Schichten',
  noLayers: 'Dieses Modell hat keine Schicht mit Orten; Methoden, die eine Schicht erklären, gehen damit nicht.',
  drawAll: 'Karte an jeder Schicht zeichnen',
  noPicture: 'Mit einem Bild ist hier seine Karte an jeder Schicht zu sehen.',
  explainHere: 'An dieser Schicht erklären',
};
