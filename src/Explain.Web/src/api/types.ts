import type { components } from './schema';

type Schemas = components['schemas'];

export type Box = Schemas['Box'];
export type Channel = Schemas['ChannelDocument'];
export type ColorMapDocument = Schemas['ColorMapDocument'];
export type CostEstimate = Schemas['CostEstimate'];
export type Explanation = Schemas['ExplanationDocument'];
export type Faithfulness = Schemas['Faithfulness'];
export type ImageFacts = Schemas['ImageFacts'];
export type ImageLimits = Schemas['ImageLimitsDocument'];
export type Link = Schemas['LinkDocument'];
export type MapDocument = Schemas['MapDocument'];
export type MethodInfo = Schemas['MethodInfo'];
export type Model = Schemas['ModelDocument'];
export type ModelState = Schemas['ModelStateDocument'];
export type Prediction = Schemas['Prediction'];
export type PredictionAnswer = Schemas['PredictionDocument'];
export type ProblemDocument = Schemas['ProblemDocument'];
export type ProgressDocument = Schemas['ProgressDocument'];
export type Recorded = Schemas['RecordedExplanation'];
export type RecordedTarget = Schemas['RecordedTarget'];
export type Sample = Schemas['DemoSample'];
export type TargetExplanation = Schemas['TargetDocument'];
export type Timings = Schemas['Timings'];
