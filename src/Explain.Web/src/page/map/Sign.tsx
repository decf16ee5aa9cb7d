import { useStore, useTexts } from '../../state/store';

const signs = ['positive', 'negative', 'both'] as const;

/** Evidence for the class, against it, or both. */
export function Sign() {
  const { choice } = useStore();
  const texts = useTexts().sign;
  return (
    <fieldset class="segments">
      <legend>{texts.title}</legend>
      {signs.map((sign) => (
        <label key={sign}>
          <input type="radio" name="sign" checked={choice.current.value?.sign === sign} onChange={() => choice.choose({ sign })} />
          <span>{texts[sign]}</span>
        </label>
      ))}
    </fieldset>
  );
}
