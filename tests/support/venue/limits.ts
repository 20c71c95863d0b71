/** How often a venue lets itself be asked: so many requests at once, refilled by so many a second, in real time. */

export type RequestLimit = Readonly<{ burst: number; perSecond: number }>;
/** Null while it may be asked; otherwise the whole seconds until it may again. */
export type AskedTooOften = () => number | null;

export const requestLimit = (limit: RequestLimit | null): AskedTooOften => {
  if (limit === null) return () => null;
  let [left, at] = [limit.burst, performance.now()];
  return () => {
    const now = performance.now();
    left = Math.min(limit.burst, left + ((now - at) / 1_000) * limit.perSecond);
    at = now;
    if (left < 1) return Math.ceil((1 - left) / limit.perSecond);
    left -= 1;
    return null;
  };
};
