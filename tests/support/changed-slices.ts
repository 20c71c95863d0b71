/** States that differ from another in one slice only: a value of its content is changed, and everything else stays as it was. */
import type { Desk } from '../../core/desk.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { sliceDigests } from '../../core/state.ts';
import type { State } from '../../core/state.ts';

type Json = Record<string, unknown>;

/** The first digit of the first amount, so that it stays one. */
const otherAmount = (value: unknown): string => String(value).replace(/\d/, digit => String((Number(digit) % 9) + 1));

const CHANGES: Readonly<Record<string, (content: string) => unknown>> = {
  campaigns: text => [...(JSON.parse(text) as readonly unknown[]), { agent: 'zz', campaign: { status: 'FLAT' }, symbol: 'ZZZ/USD' }],
  orders: text => {
    const orders = JSON.parse(text) as Json & { wanted: readonly unknown[] };
    return { ...orders, wanted: [...orders.wanted, { agent: 'zz', attempts: 1, reason: 'PLANTED', symbol: 'ZZZ/USD', want: 'flat' }] };
  },
  lots: text => [...(JSON.parse(text) as readonly unknown[]), ['9.9.9', 'zz', 'ZZZ/USD', '1', '2', '0', 3]],
  portfolio: text => ({ ...(JSON.parse(text) as Json), units: otherAmount((JSON.parse(text) as Json)['units']) }),
  risk: text => {
    const risk = JSON.parse(text) as Json & { standing: Json };
    return { ...risk, standing: { ...risk.standing, reason: 'planted' } };
  },
  protections: text => ({ ...(JSON.parse(text) as Json), pausedUntilHour: 999_999 }),
};

/** Binary slices have another lowest bit in their first byte: another mantissa, another double, another balance. */
const flipped = (content: Uint8Array): Uint8Array => Uint8Array.from(content, (byte, index) => (index === 0 ? byte ^ 1 : byte));

const changed = (slice: string, content: Uint8Array): Uint8Array => {
  const change = CHANGES[slice];
  return change === undefined ? flipped(content) : Buffer.from(JSON.stringify(change(Buffer.from(content).toString('latin1'))), 'latin1');
};

/** The names of the slices that have any content to change. */
export const changeableSlices = (desk: Desk, state: State): readonly string[] => {
  const contents = contentsOf(encodeSnapshot(state));
  return sliceDigests(desk, state).flatMap(({ slice }, index) => (contents[index]!.length === 0 ? [] : [slice]));
};

export const withChangedSlice = (desk: Desk, state: State, slice: string): State => {
  const names = sliceDigests(desk, state).map(one => one.slice);
  const pieces = contentsOf(encodeSnapshot(state)).flatMap((content, index) => {
    const kept = names[index] === slice ? changed(slice, content) : content;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(kept.length);
    return [length, kept];
  });
  return decodeSnapshot(desk, Buffer.concat(pieces));
};

const contentsOf = (snapshot: Uint8Array): readonly Uint8Array[] => {
  const bytes = Buffer.from(snapshot);
  const contents: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) contents.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)));
  return contents;
};
