import type { Signal } from '@preact/signals';
import type { Faithfulness } from '../../api/types';
import { useTexts } from '../../state/store';

interface Properties {
  readonly curves: Faithfulness['curves'];
  readonly step: Signal<number>;
  readonly show: (score: number) => string;
  readonly label: string;
}

const [width, height] = [400, 170];
const quarters = [0, 0.25, 0.5, 0.75, 1];

/** Both curves, with the step that is looked at; a click or a drag goes to another. */
export function Curves({ curves: { deletion, insertion }, step, show, label }: Properties) {
  const texts = useTexts().depth.faithfulness;
  const steps = deletion.length - 1;
  const all = [...deletion, ...insertion];
  const low = Math.min(0, ...all);
  const high = Math.max(...all, low + Number.EPSILON);
  const x = (at: number): number => (width * at) / steps;
  const y = (score: number): number => height * (1 - (score - low) / (high - low));
  const line = (scores: readonly number[]): string => scores.map((score, at) => `${x(at).toFixed(1)},${y(score).toFixed(1)}`).join(' ');
  const go = ({ buttons, currentTarget, clientX, type }: PointerEvent): void => {
    if (type === 'pointermove' && buttons === 0) return;
    const { left, width: wide } = (currentTarget as Element).getBoundingClientRect();
    step.value = Math.min(Math.max(Math.round((steps * (clientX - left)) / wide), 0), steps);
  };
  return (
    <figure class="curves">
      <div class="plot">
        <span class="high">{show(high)}</span>
        <span class="low">{show(low)}</span>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
          onPointerDown={go}
          onPointerMove={go}
        >
          {quarters.map((share) => (
            <path key={share} class="grid" d={`M0 ${height * share}H${width}M${width * share} 0V${height}`} />
          ))}
          <polyline class="insertion" points={line(insertion)} />
          <polyline class="deletion" points={line(deletion)} />
          <path class="now" d={`M${x(step.value)} 0V${height}`} />
        </svg>
        <i class="deletion" style={spot(deletion)} />
        <i class="insertion" style={spot(insertion)} />
      </div>
      <figcaption>
        <span class="key deletion">{texts.deletion}</span>
        <span class="key insertion">{texts.insertion}</span>
      </figcaption>
    </figure>
  );

  function spot(scores: readonly number[]): { left: string; top: string } {
    return { left: `${(100 * step.value) / steps}%`, top: `${(100 * y(scores[step.value] ?? 0)) / height}%` };
  }
}
