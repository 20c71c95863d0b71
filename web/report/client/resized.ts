/** Tells a drawing how wide its place is: when it is first laid out, whenever that changes, and for paper. */
type Listener = Readonly<{ place: HTMLElement; tell: (width: number) => void }>;

const listeners = new Set<Listener>();

/** A4 less its margins, in CSS pixels: the width that the style sheet for paper gives the page. */
export const PAPER_WIDTH_PX = 680;

const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(entries => {
  for (const { target } of entries) for (const { place, tell } of listeners) if (place === target && place.clientWidth > 0) tell(place.clientWidth);
});

/** Gives back what ends it. */
export const onResized = (place: HTMLElement, tell: (width: number) => void): (() => void) => {
  const listener = { place, tell };
  listeners.add(listener);
  observer?.observe(place);
  return () => {
    listeners.delete(listener);
    observer?.unobserve(place);
  };
};

/** Gives every drawing that still stands on the page one width, or its own again where there is none. */
export const resizeAll = (width: number | null): void => {
  for (const { place, tell } of listeners) {
    const own = width === null ? place.clientWidth : Math.min(width, Number(place.dataset['paperWidth'] ?? width));
    if (place.isConnected && own > 0) tell(own);
  }
};
