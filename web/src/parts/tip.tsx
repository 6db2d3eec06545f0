import { useEffect, useRef, useState } from "react";

interface TipPlace {
  readonly text: string;
  readonly centre: number;
  readonly top: number;
  readonly bottom: number;
}

/** One tooltip for the page: shows the `data-tip` of what is hovered, focused or touched. Escape takes it away. */
export function TipLayer() {
  const [place, setPlace] = useState<TipPlace | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      const text = target?.getAttribute("data-tip");
      if (target === null || text === null || text === undefined || text === "") {
        setPlace(null);
        return;
      }
      const { left, width, top, bottom } = target.getBoundingClientRect();
      setPlace({ text, centre: left + width / 2, top, bottom });
    };
    const hide = () => setPlace(null);
    const hideOnEscape = (event: KeyboardEvent) => {
      if (event.key === "Escape") hide();
    };
    document.addEventListener("pointerover", show);
    document.addEventListener("focusin", show);
    document.addEventListener("focusout", hide);
    document.addEventListener("scroll", hide, { capture: true, passive: true });
    document.addEventListener("keydown", hideOnEscape);
    return () => {
      document.removeEventListener("pointerover", show);
      document.removeEventListener("focusin", show);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("scroll", hide, { capture: true });
      document.removeEventListener("keydown", hideOnEscape);
    };
  }, []);

  useEffect(() => {
    const element = box.current;
    if (element === null || place === null) return;
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.centre - width / 2, window.innerWidth - width - 8));
    const top = place.top - height - 6 < 8 ? place.bottom + 6 : place.top - height - 6;
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }, [place]);

  if (place === null) return null;
  return (
    <div
      ref={box}
      role="tooltip"
      className="pointer-events-none fixed top-0 left-0 z-50 max-w-80 rounded-md bg-ink px-2 py-1 text-small whitespace-pre-line text-canvas shadow-lg"
    >
      {place.text}
    </div>
  );
}
