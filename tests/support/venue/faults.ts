/**
 * What can be wrong with a venue, on command: what it answers instead of the truth, how often, and on which endpoint. A fault is
 * used up by the requests it meets; nothing happens at random.
 */

/** Faults of the wire, which any endpoint can have. */
export type WireFault =
  | Readonly<{ kind: 'html' | 'garbage' | 'empty-body' | 'truncated' | 'cut' | 'reset' | 'hang' | 'not-json-shape' }>
  | Readonly<{ kind: 'status'; status: number; body?: string; retryAfter?: string }>;

/** Faults of the rows of an answer: their order, their number, their contents. */
export type RowFault = Readonly<{
  kind: 'newest-first' | 'overlapping' | 'conflicting' | 'outside' | 'nan' | 'negative' | 'high-below-low' | 'zero-price' | 'off-boundary' | 'no-rows' | 'exponent' | 'stale' | 'lagging';
}>;

/** The venue's own word for asking too often, in the body of a normal answer. */
export type LimitFault = Readonly<{ kind: 'limited'; error: string }>;

export type Fault = WireFault | RowFault | LimitFault;
export type PlannedFault = Fault & Readonly<{ /** A part of the path: `Trades`, `klines`. */ on: string; times: number; /** Requests of this endpoint let through before. */ after?: number }>;

export type Faults = Readonly<{
  plan: (fault: PlannedFault) => void;
  /** The fault of this request, if one is planned for it. */
  take: (path: string) => Fault | null;
  clear: () => void;
}>;

type Waiting = { fault: PlannedFault; after: number; times: number };

export const plannedFaults = (): Faults => {
  let waiting: Waiting[] = [];
  return {
    plan: fault => {
      waiting.push({ fault, after: fault.after ?? 0, times: fault.times });
    },
    take: path => {
      const met = waiting.find(({ fault: { on }, times }) => path.includes(on) && times > 0);
      if (met === undefined) return null;
      if (met.after > 0) {
        met.after -= 1;
        return null;
      }
      met.times -= 1;
      waiting = waiting.filter(({ times }) => times > 0);
      return met.fault;
    },
    clear: () => {
      waiting = [];
    },
  };
};

/** How rows of one protocol are made wrong: the places of time and values in them. */
export type RowShape = Readonly<{ time: number; open: number; high: number; low: number; timeStep: number; /** Where a row also says when it ends. */ closeTime?: number }>;
type Row = readonly unknown[];

const replaced = (row: Row, place: number, value: unknown): Row => row.map((field, index) => (index === place ? value : field));

/** Makes the middle row wrong, because first and last are what careless readers check. */
const inTheMiddle = (rows: readonly Row[], change: (row: Row) => Row): readonly Row[] =>
  rows.map((row, index) => (index === Math.floor(rows.length / 2) ? change(row) : row));

/** Rows as a faulty venue would send them; any other fault leaves them. */
export const faultyRows = (fault: Fault | null, rows: readonly Row[], { time, open, high, low, timeStep, closeTime }: RowShape): readonly Row[] => {
  if (fault === null || rows.length === 0) return rows;
  const number = (row: Row): number => Number(row[time]);
  const moved = (row: Row, to: number): Row => {
    const opened = replaced(row, time, to);
    return closeTime === undefined ? opened : replaced(opened, closeTime, to + timeStep - 1);
  };
  switch (fault.kind) {
    case 'newest-first': return rows.toReversed();
    case 'overlapping': return [...rows.slice(0, 3).map(row => replaced(row, time, number(row))), ...rows];
    case 'conflicting': return [...rows, replaced(rows[0]!, open, rows[0]![high] === rows[0]![open] ? rows[0]![low] : rows[0]![high])];
    case 'outside': return [moved(rows[0]!, number(rows[0]!) - 5 * timeStep), ...rows, moved(rows[0]!, number(rows[rows.length - 1]!) + 5_000 * timeStep)];
    case 'nan': return inTheMiddle(rows, row => replaced(row, high, 'NaN'));
    case 'negative': return inTheMiddle(rows, row => replaced(row, low, '-1.5'));
    case 'high-below-low': return inTheMiddle(rows, row => replaced(replaced(row, high, row[low]), low, row[high] === row[low] ? '999999999' : row[high]));
    case 'zero-price': return inTheMiddle(rows, row => replaced(row, low, '0.00000'));
    case 'exponent': return inTheMiddle(rows, row => replaced(row, open, '1e5'));
    case 'off-boundary': return inTheMiddle(rows, row => replaced(row, time, number(row) + timeStep / 10));
    case 'no-rows': return [];
    // The newest rows are not written yet; the last that is may still change.
    case 'lagging': return rows.slice(0, -3);
    case 'stale': case 'html': case 'garbage': case 'empty-body': case 'truncated': case 'cut': case 'reset': case 'hang': case 'not-json-shape': case 'status': case 'limited': return rows;
  }
};
