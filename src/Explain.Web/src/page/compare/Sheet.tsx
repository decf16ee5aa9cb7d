import { useSignal } from '@preact/signals';
import { usual, type Choice } from '../../state/choice';
import { useStore, useTexts } from '../../state/store';
import { useSeries } from '../parts/useSeries';
import { LeftOut } from './LeftOut';
import { SheetCell } from './SheetCell';

const sheets = ['methods', 'targets'] as const;

/** What takes longer is left out, in milliseconds. */
const dearest = 3000;

/** Many maps of one picture: every method that is quick enough, or the best classes. */
export function Sheet() {
  const { answer, catalogue, choice, picture } = useStore();
  const texts = useTexts();
  const of = useSignal<(typeof sheets)[number]>('methods');
  const [shown, left] = [picture.current.value, choice.current.value];
  const series = useSeries([shown, left?.model, left?.target, of.value]);
  if (!shown || !left) return null;

  const predictions = answer.facts.value?.model === left.model ? answer.facts.value.predictions : [];
  const choices: Record<(typeof sheets)[number], readonly Choice[]> = {
    methods: catalogue.methodsFor(left.model).map((method) => ({ ...left, method })),
    targets: predictions.map((p) => ({ ...left, target: `${p.index}`, score: usual.score })),
  };
  const cells = series.cells.value;
  const settled = cells.filter((c) => c.kind === 'done' || c.kind === 'dear' || c.kind === 'failed').length;
  return (
    <section class="sheet" aria-labelledby="sheet">
      <h2 id="sheet" class="title">
        {texts.compare.sheet.title}
      </h2>
      <div class="over">
        <fieldset class="segments">
          <legend class="visually-hidden">{texts.compare.sheet.title}</legend>
          {sheets.map((name) => (
            <label key={name}>
              <input type="radio" name="sheet" checked={of.value === name} onChange={() => (of.value = name)} />
              <span>{texts.compare.sheet[name]}</span>
            </label>
          ))}
        </fieldset>
        {series.isRunning.value ? (
          <div class="row">
            <progress value={settled} max={cells.length} aria-label={texts.work.working} />
            <button type="button" onClick={series.stop}>
              {texts.work.stop}
            </button>
          </div>
        ) : (
          <button
            type="button"
            class="main"
            disabled={choices[of.value].length === 0}
            onClick={() => void series.run(shown, choices[of.value], dearest)}
          >
            {texts.compare.sheet.draw(choices[of.value].length)}
          </button>
        )}
      </div>
      {cells.length === 0 && <p class="hint">{texts.compare.sheet.about[of.value]}</p>}
      <ul class="cells" aria-busy={series.isRunning.value}>
        {cells.map((cell) =>
          cell.kind === 'dear' || cell.kind === 'failed' ? null : (
            <li key={`${cell.choice.method} ${cell.choice.target}`}>
              <SheetCell cell={cell} picture={shown} by={of.value} />
            </li>
          ),
        )}
      </ul>
      {of.value === 'methods' && settled > 0 && <LeftOut cells={cells} model={left.model} />}
    </section>
  );
}
