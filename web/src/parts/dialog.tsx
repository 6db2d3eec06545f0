import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { Button } from "./button.tsx";
import { Icon } from "./icons.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly isWide?: boolean;
}

/** A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, footer, isWide = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`m-auto flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] flex-col overflow-hidden rounded-lg border border-line bg-surface p-0 text-ink shadow-2xl max-lg:mb-4 ${isWide ? "max-w-3xl" : "max-w-lg"}`}
    >
      <header className="flex items-start gap-3 border-b border-line px-4 py-3">
        <h2 id={titleId} className="grow text-lead font-semibold">
          {title}
        </h2>
        <Button look="bare" aria-label="Close" onClick={onClose} className="-my-1 -mr-2 px-2">
          <Icon name="cross" />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard. */}
      <section tabIndex={0} aria-label={title} className="grow space-y-4 overflow-y-auto px-4 py-4">
        {children}
      </section>
      {footer === undefined ? null : (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-4 py-3">
          {footer}
        </footer>
      )}
    </dialog>
  );
}
