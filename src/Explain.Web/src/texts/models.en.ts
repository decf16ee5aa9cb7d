/** Texts about a model. */
export const models = {
  about: (layers: number, classes: number) =>
    `${layers} layers that can be explained${classes > 0 ? `, ${classes} classes` : '; it has no classes'}`,
  facts: 'What it takes and gives',
  input: 'Input',
  output: 'Output',
  picture: 'A picture is',
  /** By how a picture becomes the input. */
  fits: {
    crop: (width: number, height: number) => `scaled, and its middle cut out: ${width} × ${height} pixels`,
    stretch: (width: number, height: number) => `stretched to ${width} × ${height} pixels`,
    pad: (width: number, height: number) => `scaled to fit into ${width} × ${height} pixels, and padded`,
  } as Readonly<Record<string, (width: number, height: number) => string>>,
  pixel: (scale: string, mean: string, std: string) => `(pixel × ${scale} − ${mean}) ÷ ${std}`,
  explained: 'Explained is',
  activations: {
    softmax: 'one class excludes the others (softmax)',
    sigmoid: 'classes are independent of each other (sigmoid)',
    none: 'it gives scores and no probabilities',
  } as Readonly<Record<string, string>>,
  version: 'Version',
  noGuesses: 'Nothing: its settings say it all.',
  gradients: 'Gradients',
  allGradients: 'Every operator between picture and score has a gradient.',
  someGradients: (nodes: number, operators: string) =>
    `${nodes === 1 ? 'One node has' : `${nodes} nodes have`} no gradient (${operators}); methods that need it are refused, the others work.`,
  nodes: 'Which ones',
  labels: 'Classes',
  more: (n: number) => `${n} more: search for them.`,
  methods: (can: number, all: number) => `${can} of ${all} methods work with it`,
  layers: 'Layers',
  noLayers: 'This model has no layer with places, so methods of layers do not work with it.',
  drawAll: 'Draw the map at each layer',
  noPicture: 'With a picture, its map at each layer is shown here.',
  explainHere: 'Explain at this layer',
};
