import { useStore } from '../../state/store';
import type { Picking } from './Picker';

export function ModelPicker({ label, choice, take }: Picking) {
  const { catalogue } = useStore();
  return (
    <select aria-label={label} value={choice.model} onChange={(event) => take(event.currentTarget.value)}>
      {catalogue.ready.value.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
