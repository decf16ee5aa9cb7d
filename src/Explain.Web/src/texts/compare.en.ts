/** Texts of comparisons. */
export const compare = {
  title: 'Side by side',
  by: 'What is different',
  aspects: { target: 'Class', score: 'Reason', method: 'Method', layer: 'Layer', model: 'Model' },
  left: 'Left',
  right: 'Right',
  pane: (side: string) => `${side}: the picture with its map. Arrow keys move the point that is read on both sides.`,
  waiting: 'Looking at the picture …',
  nothing: {
    target: 'This model has no second class.',
    score: 'This model has no second class.',
    method: 'This model supports no other method.',
    layer: 'This model has no other layer.',
    model: 'This service has one model only; with another one, both can be compared here.',
  },
  empty: 'Nothing here speaks for it; the picture stays uncoloured.',
  reasons: {
    plain: (label: string) => `Why “${label}”?`,
    plainSays: (label: string) => `Coloured places speak for “${label}”.`,
    contrast: (label: string, other: string) => `Why “${label}” and not “${other}”?`,
    contrastSays: (label: string, other: string) => `Coloured places speak for “${label}” more than for “${other}”.`,
    against: (label: string) => `What speaks against “${label}”?`,
    againstSays: (label: string) => `Without the coloured places the model would be surer of “${label}”.`,
  },
  question: 'Question',
  sheet: {
    title: 'All at once',
    methods: 'Every method',
    targets: 'Best classes',
    about: {
      methods: 'The picture as each method explains it, one after the other. What takes longer than three seconds is left out.',
      targets: 'What speaks for each of the best classes, by the method that is chosen.',
    },
    draw: (n: number) => (n === 1 ? 'Draw the map' : `Draw ${n} maps`),
    leftOut: (n: number) => (n === 1 ? '1 method is left out' : `${n} methods are left out`),
    dear: (time: string, passes: string) => `about ${time}: ${passes} passes through the model`,
  },
};
