import type { Answer } from '../../state/answer';
import type { Catalogue } from '../../state/catalogue';
import { className } from './format';

/** What an answer explains: the name of the class, or of the output. */
export function explainedName({ target }: Answer): string {
  return 'logit' in target.target ? className(target.target) : target.target.output;
}

/** What a class of a model is called; its number while labels are not there. */
export function nameOf(catalogue: Catalogue, model: string, index: number): string {
  return className({ index, label: catalogue.labels.value[model]?.[index] ?? null });
}
