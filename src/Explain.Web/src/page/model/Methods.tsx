import type { Model } from '../../api/types';
import { useStore, useTexts } from '../../state/store';

/** What can be asked of the model, and why not the rest. */
export function Methods({ model }: { model: Model }) {
  const { catalogue, choice, open } = useStore();
  const texts = useTexts();
  const can = catalogue.methodsFor(model.name);
  const not = model.methods.filter((m) => !m.supported);
  const explain = (method: string): void => {
    if (choice.current.value) open({ ...choice.current.value, method });
  };
  return (
    <section aria-labelledby="model-methods">
      <h2 id="model-methods">{texts.models.methods(can.length, model.methods.length)}</h2>
      <ul class="can">
        {can.map((id) => (
          <li key={id}>
            <button type="button" title={catalogue.method(id)?.summary} onClick={() => explain(id)}>
              {id}
            </button>
          </li>
        ))}
      </ul>
      {not.length > 0 && (
        <>
          <h3>{texts.method.not}</h3>
          <dl class="guesses">
            {not.map(({ method, reason }) => (
              <div key={method}>
                <dt>{method}</dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
