import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** What is asked and made only when somebody opens it. */
export function Opening({ title, children }: { title: string; children: ComponentChildren }) {
  const isOpen = useSignal(false);
  return (
    <details class="opening" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen.value && children}
    </details>
  );
}
