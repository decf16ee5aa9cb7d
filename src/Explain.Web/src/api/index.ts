export { createClient, type Answered, type Client, type CompareParameters, type ExplainParameters, type Growth } from './client';
export { Problem } from './problem';
export type * from './types';
