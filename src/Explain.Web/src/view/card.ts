import type { Prediction, RecordedTarget } from '../api/types';
import { element } from './dom';
import type { Shown } from './record';
import type { Texts } from './texts';

/** The explanation as a card: the picture, what it shows, and how it came about. */
export function card({ facts, picture }: Shown, texts: Texts, language: string): HTMLElement {
  const names = facts.explanations.map((target) => nameOf(target, texts));
  const heading = texts.sees([...new Set(names)].join(', '), facts.model.name);
  document.title = heading;
  const shown = picture
    ? element('figure', {}, element('img', { src: picture, alt: texts.alt(names.join(', ')) }), element('figcaption', {}, texts.warm))
    : element('p', { className: 'note' }, texts.notKept);
  return element(
    'article',
    {},
    shown,
    element(
      'section',
      {},
      element('h1', {}, heading),
      ...facts.explanations.map((target, i) => scoreOf(target, names[i] ?? '', language)),
      list(factsOf({ facts, picture }, texts, language)),
      ...notesOf(facts.explanations, texts).map((note) => element('p', { className: 'note' }, note)),
    ),
  );
}

function nameOf({ target }: RecordedTarget, texts: Texts): string {
  return target.label ?? ('output' in target ? target.output : texts.target((target as Prediction).index));
}

// A bar where there is a share to show, else the number alone.
function scoreOf({ target }: RecordedTarget, name: string, language: string): HTMLElement {
  const share = 'probability' in target ? target.probability : null;
  if (share == null) {
    const value = 'output' in target ? target.value : (target as Prediction).logit;
    return element(
      'p',
      { className: 'score' },
      element('span', {}, name),
      element('strong', {}, new Intl.NumberFormat(language).format(value)),
    );
  }
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
  return element(
    'p',
    { className: 'score' },
    element('span', {}, name),
    element('strong', {}, percent),
    element('meter', { min: 0, max: 1, value: share, ariaLabel: `${name}: ${percent}` }),
  );
}

function factsOf({ facts }: Shown, texts: Texts, language: string): [string, Node | string][] {
  const unique = (values: readonly string[]): string => [...new Set(values)].join(', ');
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(facts.time));
  return [
    [texts.facts.model, texts.version(facts.model.name, facts.model.version)],
    [texts.facts.method, unique(facts.explanations.map((e) => e.method))],
    [texts.facts.layer, unique(facts.explanations.map((e) => e.layer))],
    [texts.facts.score, unique(facts.explanations.map((e) => e.score))],
    [texts.facts.image, texts.size(facts.image.width, facts.image.height)],
    [texts.facts.time, element('time', { dateTime: facts.time }, time)],
  ];
}

function notesOf(targets: readonly RecordedTarget[], texts: Texts): string[] {
  const said = targets.flatMap(({ diagnostics, partial }) => [
    ...diagnostics.filter((d) => d.code !== 'partial').map((d) => d.message),
    ...(partial ? [texts.partial(partial.done, partial.of)] : []),
  ]);
  return [...new Set(said)];
}

function list(facts: readonly [string, Node | string][]): HTMLElement {
  return element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}
