export { createClient, type Answered, type Client, type CompareParameters, type ExplainParameters, type MethodId } from './client';
export { Problem } from './problem';
export type * from './types';
