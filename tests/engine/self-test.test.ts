/** The engine's arithmetic before anything is executed: what is expected follows from the standards, and a broken engine is refused by name. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { arithmeticFingerprint, differingParts } from '../../engine/self-test.ts';

/** Another language's doubles and integers, from the sentences in engine/self-test.ts. */
const IN_PYTHON = `
import hashlib, math, struct
def js_round(x): return math.floor(x + 0.5)
def fround(x): return struct.unpack('<f', struct.pack('<f', x))[0]
out, value, tiny = [], 0.1, 2.2e-308
for i in range(64):
    value = math.sqrt(value * 3.7 + i / 7) - value / 3
    tiny = tiny / 1.7 + 4.9e-324
    whole = math.floor(value * 1e9) + math.ceil(-value) + math.trunc(value * 1e3) + js_round(i - 31.5)
    total = float(whole) + fround(value)
    for term in (abs(-value), max(value, 0.25), min(value, 0.75), math.copysign(1, -value)): total += term
    out += [value, tiny, total]
print(hashlib.sha256(struct.pack('<192d', *out)).hexdigest())
def toward_zero(a, b):
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q
lines, value = [], 987654321
for r in range(1, 49):
    value = value * -1000000007 + 10 ** r
    m = 998244353
    low = value % 2 ** 64
    rest = value - toward_zero(value, 65536) * 65536
    product = (rest * 40503) % 2 ** 32
    lines.append(f"{toward_zero(value, m)} {value - toward_zero(value, m) * m} {low - 2 ** 64 if low >= 2 ** 63 else low} {low} {value >> 7} {product - 2 ** 32 if product >= 2 ** 31 else product} {32 - r.bit_length()}")
print(hashlib.sha256('\\n'.join(lines).encode()).hexdigest())
pair = hashlib.sha256(struct.pack('<2d', 1.5, -0.1)).hexdigest() + hashlib.sha256(struct.pack('<2q', -2, 1 << 40)).hexdigest()
print(pair)
`;

const askedWith = (setting: string): string => {
  const script = "import('./engine/self-test.ts').then(({ requireExactEngine }) => requireExactEngine()).then(() => console.log('exact'), error => console.log(error.message))";
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(setting)}`, '-e', script], { encoding: 'utf8' });
  return stdout + stderr;
};

describe('this engine', () => {
  test('computes as is prescribed', () => {
    expect(differingParts()).toEqual([]);
    expect(arithmeticFingerprint()).toMatch(/^[0-9a-f]{16}$/);
  });

  test('and so does Python', async () => {
    const { stdout, stderr } = spawnSync('python3', ['-c', IN_PYTHON], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const source = await import('node:fs/promises').then(({ readFile }) => readFile('engine/self-test.ts', 'utf8'));
    const [doubles, wholeNumbers, bytes] = stdout.trim().split('\n');
    expect(source).toContain(`doubles: '${doubles}'`);
    expect(source).toContain(`'whole numbers': '${wholeNumbers}'`);
    expect(source).toContain(`bytes: '${bytes}'`);
  });
});

describe('an engine that', () => {
  test.each([
    ['takes roots a bit too large', 'const sqrt = Math.sqrt; Math.sqrt = x => sqrt(x) * (1 + 2 ** -52)', 'doubles'],
    ['rounds halves down', 'Math.round = x => Math.ceil(x - 0.5)', 'doubles'],
    ['wraps whole numbers otherwise', 'BigInt.asIntN = (bits, value) => value', 'whole numbers'],
    ['spells numbers otherwise', 'const { stringify } = JSON; JSON.stringify = value => stringify(value).replace("1e+21", "1e21")', 'spelling'],
    ['sorts otherwise', 'const { sort } = Array.prototype; Array.prototype.sort = function (by) { return sort.call(this, by === undefined ? by : (a, b) => by(a, b) || -1) }', 'order'],
  ])('%s is refused, and the part is named', (_, setting, part) => {
    expect(askedWith(setting)).toContain(`(${part})`);
  });

  test('is as it should be is not', () => {
    expect(askedWith('0')).toBe('exact\n');
  });
});
