import type { Model } from '../../api/types';
import { useTexts } from '../../state/store';

/** Whether gradients come from the scores back to the image, and which nodes are in the way. */
export function Gradients({ model }: { model: Model }) {
  const texts = useTexts().models;
  const missing = model.missingGradients;
  const operators = [...new Set(missing.map((node) => node.operator))];
  return (
    <section aria-labelledby="model-gradients">
      <h2 id="model-gradients">{texts.gradients}</h2>
      <p>{missing.length === 0 ? texts.allGradients : texts.someGradients(missing.length, operators.join(', '))}</p>
      {missing.length > 0 && (
        <details>
          <summary>{texts.nodes}</summary>
          <ul class="missing">
            {missing.map(({ node, operator, reason }) => (
              <li key={node}>
                <code>{node}</code> {operator}
                {reason && <small>{reason}</small>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
