/** Texts about what is behind a map. */
export const depth = {
  title: 'Look deeper',
  channels: {
    title: 'The channels that made this map',
    about: 'Each channel of the layer has learnt to see something. These weigh most for the class: where they fire, and their weight.',
    none: 'This method does not weigh channels.',
    positive: 'For the class',
    negative: 'Against the class',
    name: (index: number) => `Channel ${index}`,
    map: (name: string) => `Where ${name} fires`,
  },
  faithfulness: {
    title: 'Is this map true? Take its pixels away',
    about:
      'Pixels are hidden, the most coloured first. If the map is right, the score falls at once; and when they are all that is shown, it is soon there.',
    measure: 'Measure this map',
    price: (time: string, passes: string) => `about ${time}, ${passes} passes through the model`,
    slider: 'The most coloured pixels',
    without: (score: string) => `Without them: ${score}`,
    alone: (score: string) => `Them alone: ${score}`,
    says: (share: string, label: string, whole: string, without: string, alone: string) =>
      `The whole picture gets ${whole} for “${label}”. Without its ${share} most coloured pixels it gets ${without}; these alone get ${alone}.`,
    deletion: 'score while they go',
    insertion: 'score while they come',
    figures: {
      deletion: 'Area under the score while they go (less is better)',
      insertion: 'Area under the score while they come (more is better)',
      drop: 'Share of the score that is lost under the map (less is better)',
      road: 'ROAD: with pixels made up from their neighbours (more is better)',
      sensitivity: 'How much the map changes with a slightly other picture (less is better)',
    },
  },
};
