import { sessionKey } from '../api/key';
import type { Problem } from '../api/problem';
import { element } from './dom';
import type { Texts } from './texts';

/** Why there is nothing to show, and what can be done about it. */
export function failure(problem: Problem, texts: Texts, again: () => void): HTMLElement {
  const refused = problem.status === 401 || problem.status === 403;
  const why = refused
    ? texts.problem.refused
    : problem.status === 404
      ? texts.problem.gone
      : problem.status === 0
        ? texts.problem.unreachable
        : problem.message;
  return element(
    'article',
    { role: 'alert' },
    element(
      'section',
      {},
      element('h1', {}, texts.problem.title),
      element('p', {}, why),
      // Nobody types a key into what may be another's page around this one.
      refused && window.top === window
        ? keyForm(texts, again)
        : element('p', {}, element('button', { type: 'button', onclick: again }, texts.again)),
    ),
  );
}

function keyForm(texts: Texts, again: () => void): HTMLElement {
  const key = element('input', { type: 'password', autocomplete: 'off', required: true });
  const form = element(
    'form',
    {},
    element('p', {}, texts.key.why),
    element('label', {}, texts.key.label, key),
    element('button', { type: 'submit' }, texts.key.use),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionKey.set(key.value);
    again();
  });
  return form;
}
