import { signal } from '@preact/signals';
import type { Asker, Cell } from './asker';
import type { Choice } from './choice';
import type { Picture } from './picture';

export type Series = ReturnType<typeof createSeries>;

/** Questions of one picture that are asked one after the other. */
export function createSeries(asker: Asker) {
  const cells = signal<readonly Cell[]>([]);
  const isRunning = signal(false);
  let running = new AbortController();

  const put = (at: number, cell: Cell): void => {
    cells.value = cells.value.with(at, cell);
  };

  /** Ends it; what is drawn stays. */
  const stop = (): void => {
    running.abort();
    isRunning.value = false;
  };

  const clear = (): void => {
    stop();
    cells.value = [];
  };

  /** @param dearest What takes longer is left out, in milliseconds. */
  const run = async (picture: Picture, choices: readonly Choice[], dearest: number): Promise<void> => {
    stop();
    const { signal } = (running = new AbortController());
    cells.value = choices.map((choice) => ({ kind: 'waiting', choice }));
    isRunning.value = true;
    for (const [at, choice] of choices.entries()) {
      put(at, { kind: 'working', choice, growth: null });
      const cell = await asker.settle(picture, choice, dearest, signal);
      if (signal.aborted) {
        if (cells.value[at]?.choice === choice) put(at, { kind: 'waiting', choice });
        return;
      }
      put(at, cell);
    }
    isRunning.value = false;
  };

  return { cells, isRunning, run, stop, clear };
}
