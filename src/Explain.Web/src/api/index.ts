export { createClient, type Answered, type Client, type CompareParameters, type ExplainParameters } from './client';
export { Problem } from './problem';
export type * from './types';
