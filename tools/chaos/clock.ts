/**
 * Loaded into a tb by --import: its clock stands elsewhere and steps about, as after a bad NTP server. CHAOS_CLOCK lists
 * offsets in milliseconds, each used for a number of readings in turn. It touches Date alone, which is all that tb reads.
 */
const READINGS_EACH = 3;

const offsets = (process.env['CHAOS_CLOCK'] ?? '0').split(',').map(Number);
const { now } = Date;
let readings = 0;

const steppedNow = (): number => {
  const offset = offsets[Math.floor(readings / READINGS_EACH) % offsets.length]!;
  readings += 1;
  return now() + offset;
};

globalThis.Date = new Proxy(Date, {
  construct: (target, given: readonly unknown[], called) => Reflect.construct(target, given.length === 0 ? [steppedNow()] : given, called) as Date,
  get: (target, name, receiver) => (name === 'now' ? steppedNow : (Reflect.get(target, name, receiver) as unknown)),
});
