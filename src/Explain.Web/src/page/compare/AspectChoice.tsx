import { useStore, useTexts } from '../../state/store';
import { aspects } from '../../state/versus';

/** In what the two sides differ. */
export function AspectChoice() {
  const { versus } = useStore();
  const texts = useTexts().compare;
  return (
    <fieldset class="segments aspects">
      <legend>{texts.by}</legend>
      {aspects.map((aspect) => (
        <label key={aspect}>
          <input type="radio" name="aspect" checked={versus.aspect.value === aspect} onChange={() => versus.compare(aspect)} />
          <span>{texts.aspects[aspect]}</span>
        </label>
      ))}
    </fieldset>
  );
}
