import { isLong } from '../../state/catalogue';
import { useStore, useTexts } from '../../state/store';
import type { Picking } from './Picker';

export function MethodPicker({ label, choice, take }: Picking) {
  const { catalogue } = useStore();
  const texts = useTexts().method;
  const can = catalogue.methodsFor(choice.model);
  const groups = [
    { title: texts.quick, methods: can.filter((id) => !isLong(catalogue.method(id))) },
    { title: texts.long, methods: can.filter((id) => isLong(catalogue.method(id))) },
  ];
  return (
    <>
      <select aria-label={label} value={choice.method} onChange={(event) => take(event.currentTarget.value)}>
        {groups.map(({ title, methods }) => (
          <optgroup key={title} label={title}>
            {methods.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </optgroup>
        ))}
      </select>
      <p class="hint line">{catalogue.method(choice.method)?.summary}</p>
    </>
  );
}
