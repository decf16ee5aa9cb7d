import type { depth as english } from './depth.en';

export const depth: typeof english = {
  title: 'Genauer hinsehen',
  channels: {
    title: 'Die Kanäle, aus denen diese Karte ist',
    about: 'Jeder Kanal der Schicht hat gelernt, etwas zu sehen. Diese wiegen am meisten: wo sie anschlagen, und ihr Gewicht.',
    none: 'Diese Methode wiegt keine Kanäle.',
    positive: 'Für die Klasse',
    negative: 'Gegen die Klasse',
    name: (index) => `Kanal ${index}`,
    map: (name) => `Wo ${name} anschlägt`,
  },
  faithfulness: {
    title: 'Stimmt diese Karte? Ihre Bildpunkte wegnehmen',
    about:
      'Bildpunkte werden verdeckt, die am stärksten gefärbten zuerst. Stimmt die Karte, so fällt der Wert sofort; und sind nur sie zu sehen, ist er bald da.',
    measure: 'Diese Karte messen',
    price: (time, passes) => `etwa ${time}, ${passes} Durchläufe durch das Modell`,
    slider: 'Die am stärksten gefärbten Bildpunkte',
    without: (score) => `Ohne sie: ${score}`,
    alone: (score) => `Sie allein: ${score}`,
    says: (share, label, whole, without, alone) =>
      `Das ganze Bild bekommt ${whole} für „${label}“. Ohne die ${share} am stärksten gefärbten Bildpunkte bekommt es ${without}; diese allein bekommen ${alone}.`,
    deletion: 'Wert, während sie gehen',
    insertion: 'Wert, während sie kommen',
    figures: {
      deletion: 'Fläche unter dem Wert, während sie gehen (weniger ist besser)',
      insertion: 'Fläche unter dem Wert, während sie kommen (mehr ist besser)',
      drop: 'Anteil des Werts, der unter der Karte verloren geht (weniger ist besser)',
      road: 'ROAD: mit Bildpunkten, die aus ihren Nachbarn erfunden sind (mehr ist besser)',
      sensitivity: 'Wie sehr sich die Karte mit einem leicht anderen Bild ändert (weniger ist besser)',
    },
  },
};
