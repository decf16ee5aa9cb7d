import type { Model } from '../../api/types';
import type { Choice } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';

interface Properties {
  readonly layer: Model['layers'][number];
  /** Why it is the model's own layer, where it is. */
  readonly reason: string | null;
  /** What asks for its map; null where no method can. */
  readonly choice: Choice | null;
}

/** The layer that is selected, in words, and the way to its map. */
export function LayerShown({ layer, reason, choice }: Properties) {
  const { open } = useStore();
  const texts = useTexts();
  const { tokens, shape } = layer;
  return (
    <div class="layer-shown" aria-live="polite">
      <p>
        <code>{layer.name}</code>
        <small>
          {layer.operator}, {texts.layer.shape(shape[0] ?? 0, shape[1] ?? 0, shape[2] ?? 0)}, {layer.layout}
          {tokens && `, ${tokens.source}`}
        </small>
        {reason && <small>{reason}</small>}
      </p>
      {choice && (
        <button type="button" onClick={() => open(choice)}>
          {texts.models.explainHere}
        </button>
      )}
    </div>
  );
}
