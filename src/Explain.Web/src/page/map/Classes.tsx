import { usual } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { className, percent, plain } from '../parts/format';
import { ClassSearch } from './ClassSearch';

/** The best classes as bars; a click explains one. */
export function Classes() {
  const { answer, choice, language, picture } = useStore();
  const texts = useTexts().classes;
  const facts = answer.facts.value;
  const predictions = facts?.picture === picture.current.value ? (facts?.predictions ?? []) : [];
  const target = answer.current.value?.target.target;
  const explained = target && 'logit' in target ? target : null;
  const chosen = choice.current.value?.target;
  const isChosen = (index: number, place: number): boolean => (chosen === usual.target ? place === 0 : chosen === `${index}`);
  const other = explained && `${explained.index}` === chosen && !predictions.some((p) => p.index === explained.index) ? [explained] : [];
  return (
    <section aria-labelledby="classes">
      <h2 id="classes">{texts.title}</h2>
      <ul class="classes">
        {[...predictions, ...other].map((prediction, place) => (
          <li key={prediction.index}>
            <button
              type="button"
              aria-pressed={isChosen(prediction.index, place)}
              title={prediction.label ?? undefined}
              onClick={() => choice.choose({ target: place === 0 ? usual.target : `${prediction.index}` })}
            >
              <span class="name">{className(prediction)}</span>
              <span class="share">
                {typeof prediction.probability === 'number'
                  ? percent(prediction.probability, language.value)
                  : plain(prediction.logit, language.value)}
              </span>
              <span class="track">
                <span style={{ width: `${100 * (prediction.probability ?? 0)}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <ClassSearch label={texts.search} take={(index) => choice.choose({ target: `${index}` })} />
    </section>
  );
}
