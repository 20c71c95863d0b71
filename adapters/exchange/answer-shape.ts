/**
 * Answers held against the shape they are documented to have. What does not fit is refused with the place in the answer; fields
 * that are not read may be anything.
 */
import type { ZodType } from 'zod';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';

const placeOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'the whole of it' : path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('').replace(/^\./, '');

/** The answer, typed; or SourceError `malformed` that names the first place that does not fit. */
export const readShape = <Shape>(shape: ZodType<Shape>, response: unknown, asked: Asked): Shape => {
  const parsed = shape.safeParse(response);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw malformed(asked, first === undefined ? 'the answer has another shape' : `the answer does not have the documented shape at ${placeOf(first.path)}: ${first.message}`);
};
