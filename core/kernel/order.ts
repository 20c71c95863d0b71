/** Total orders. Text is compared by UTF-16 code unit, so no locale can reorder a log. */

export const byCodeUnit = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export const isSortedUnique = (texts: readonly string[]): boolean =>
  texts.every((text, index) => index === 0 || texts[index - 1]! < text);
