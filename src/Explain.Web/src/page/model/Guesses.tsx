import type { Model } from '../../api/types';
import { useTexts } from '../../state/store';

/** What was not said of the model and read off its graph. */
export function Guesses({ model }: { model: Model }) {
  const texts = useTexts();
  return (
    <section aria-labelledby="model-guesses">
      <h2 id="model-guesses">{texts.details.guesses}</h2>
      {model.guesses.length === 0 && <p>{texts.models.noGuesses}</p>}
      <dl class="guesses">
        {model.guesses.map((guess) => (
          <div key={guess.what}>
            <dt>
              {guess.what} = <code>{guess.value}</code>
            </dt>
            <dd>{guess.reason}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
