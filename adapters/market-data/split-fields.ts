/**
 * One line of CSV as fields. Quotes may stand round a whole field; a field never spans lines. It never trims:
 * whoever reads a field decides what space round it means.
 */

/** The fields of a line, or null when a quote is opened and not closed, or closed before the field ends. */
export const splitFields = (line: string): readonly string[] | null => (line.includes('"') ? splitQuoted(line) : line.split(','));

const splitQuoted = (line: string): readonly string[] | null => {
  const fields: string[] = [];
  let start = 0;
  while (start <= line.length) {
    if (line.charCodeAt(start) === 34) {
      const end = closingQuote(line, start + 1);
      if (end < 0 || (end + 1 < line.length && line[end + 1] !== ',')) return null;
      fields.push(line.slice(start + 1, end).replaceAll('""', '"'));
      start = end + 2;
      // A quoted last field ends the line; a comma after it opens one more field, which is empty.
      if (end + 1 >= line.length) return fields;
    } else {
      const comma = line.indexOf(',', start);
      const end = comma < 0 ? line.length : comma;
      const field = line.slice(start, end);
      if (field.includes('"')) return null;
      fields.push(field);
      start = end + 1;
    }
  }
  return fields;
};

/** The quote that ends a field; a doubled quote stands for itself. */
const closingQuote = (line: string, from: number): number => {
  let quote = line.indexOf('"', from);
  while (quote >= 0 && line.charCodeAt(quote + 1) === 34) quote = line.indexOf('"', quote + 2);
  return quote;
};
