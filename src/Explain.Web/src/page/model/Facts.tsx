import type { Model } from '../../api/types';
import { useStore, useTexts } from '../../state/store';
import { CopyButton } from '../parts/CopyButton';
import { plain } from '../parts/format';

/** What it takes, what it gives, and which file it is. */
export function Facts({ model }: { model: Model }) {
  const { language } = useStore();
  const texts = useTexts().models;
  const { input, output } = model;
  const numbers = (values: readonly number[]): string => values.map((value) => plain(value, language.value)).join(' / ');
  const pixel = texts.pixel(plain(input.scale, language.value), numbers(input.mean), numbers(input.std));
  return (
    <section aria-labelledby="model-facts">
      <h2 id="model-facts">{texts.facts}</h2>
      <dl class="facts">
        {model.inputs.map((tensor) => (
          <Tensor key={tensor.name} title={texts.input} tensor={tensor} />
        ))}
        {model.outputs.map((tensor) => (
          <Tensor key={tensor.name} title={texts.output} tensor={tensor} />
        ))}
        <dt>{texts.picture}</dt>
        <dd>
          {texts.fits[input.fit]?.(input.width, input.height) ?? input.fit}, {input.color}
          <small>{pixel}</small>
        </dd>
        <dt>{texts.explained}</dt>
        <dd>
          <code>{output.logit}</code>
          <small>{texts.activations[output.activation] ?? output.activation}</small>
        </dd>
        <dt>{texts.version}</dt>
        <dd>
          {model.version}, opset {model.opset}, {model.provider}
        </dd>
        <dt>SHA-256</dt>
        <dd class="digest">
          <code>{model.sha256}</code>
          <CopyButton text={() => model.sha256} />
        </dd>
      </dl>
    </section>
  );
}

function Tensor({ title, tensor }: { title: string; tensor: Model['inputs'][number] }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <code>{tensor.name}</code>
        <small>
          {tensor.dataType} {tensor.shape.map((extent) => (extent < 0 ? 'n' : extent)).join(' × ')}
        </small>
      </dd>
    </>
  );
}
