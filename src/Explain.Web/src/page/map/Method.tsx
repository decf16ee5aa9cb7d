import { useRef } from 'preact/hooks';
import { isLong } from '../../state/catalogue';
import { useStore, useTexts } from '../../state/store';
import type { MethodInfo } from '../../api/types';

/** The method with its one line, and the list of all of them. */
export function Method() {
  const { catalogue, choice } = useStore();
  const texts = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const chosen = catalogue.method(choice.current.value?.method ?? '');
  return (
    <section aria-labelledby="method">
      <h2 id="method">{texts.method.title}</h2>
      <button type="button" class="chosen" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
        <span>
          <strong>{chosen?.id}</strong>
          <small>{chosen?.summary}</small>
        </span>
        <span class="change">{texts.method.change}</span>
      </button>
      <dialog ref={dialog} class="methods" aria-labelledby="choose-method">
        <form method="dialog">
          <h2 id="choose-method">{texts.method.choose}</h2>
          <button class="quiet">{texts.close}</button>
        </form>
        <MethodList close={() => dialog.current?.close()} />
      </dialog>
    </section>
  );
}

function MethodList({ close }: { close: () => void }) {
  const { catalogue, choice } = useStore();
  const texts = useTexts().method;
  const current = choice.current.value;
  const support = new Map(catalogue.model(current?.model ?? '')?.methods.map((m) => [m.method, m]));
  const can = (method: MethodInfo): boolean => support.get(method.id)?.supported ?? false;
  const all = catalogue.methods.value;
  const groups = [
    { title: texts.quick, methods: all.filter((m) => can(m) && !isLong(m)) },
    { title: texts.long, methods: all.filter((m) => can(m) && isLong(m)) },
    { title: texts.not, methods: all.filter((m) => !can(m)) },
  ];
  const take = (method: string): void => {
    choice.choose({ method });
    close();
  };
  return (
    <>
      {groups
        .filter((group) => group.methods.length > 0)
        .map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <h3>{group.title}</h3>
            {group.methods.map((method) => (
              <button
                key={method.id}
                type="button"
                class="option"
                aria-pressed={method.id === current?.method}
                disabled={!can(method)}
                onClick={() => take(method.id)}
              >
                <strong>{method.id}</strong>
                <span>{can(method) ? method.summary : support.get(method.id)?.reason}</span>
                <small>{method.paper}</small>
              </button>
            ))}
          </div>
        ))}
    </>
  );
}
