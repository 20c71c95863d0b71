/**
 * The standard normal distribution in doubles: Φ by the series of Marsaglia (2004) and, far out, the continued fraction
 * of the upper tail; its inverse by Wichura's algorithm AS 241 (1988), PPND16. For reports only: core never sees it.
 */

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

const density = (x: number): number => Math.exp((-x * x) / 2) / SQRT_TWO_PI;

/** Beyond it the series would lose the digits of the tail. */
const SERIES_TO = 3;
const FRACTION_DEPTH = 200;

/** Φ(x): the probability that a standard normal value is at most x. Relative error below 10^-12, in the lower tail too. */
export const normalCdf = (x: number): number => {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -SERIES_TO) return upperTail(-x);
  if (x > SERIES_TO) return 1 - upperTail(x);
  let [term, sum, divisor] = [x, x, 1];
  for (let before = Number.NaN; sum !== before; ) {
    before = sum;
    divisor += 2;
    term *= (x * x) / divisor;
    sum += term;
  }
  return 0.5 + sum * density(x);
};

/** 1 − Φ(x) for x > 0: φ(x) ÷ (x + 1 ÷ (x + 2 ÷ (x + 3 ÷ …))). */
const upperTail = (x: number): number => {
  let fraction = x;
  for (let depth = FRACTION_DEPTH; depth >= 1; depth -= 1) fraction = x + depth / fraction;
  return density(x) / fraction;
};

/** Coefficients from the highest power down, as the doubles that they are nearest to. */
const CENTRE = {
  above: [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  below: [5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
};
const NEAR_TAIL = {
  above: [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  below: [1.0507500716444169e-09, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
};
const FAR_TAIL = {
  above: [2.0103343992922881e-07, 2.7115555687434876e-05, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103],
  below: [2.0442631033899397e-15, 1.421511758316446e-07, 1.8463183175100548e-05, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1],
};

type Ratio = Readonly<{ above: readonly number[]; below: readonly number[] }>;

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
const ratioAt = ({ above, below }: Ratio, x: number): number => polynomial(above, x) / polynomial(below, x);

/** Φ⁻¹(p) for 0 < p < 1, about 16 digits; −∞ at 0, ∞ at 1, NaN beside them. */
export const normalInverse = (p: number): number => {
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (!(p > 0 && p < 1)) return Number.NaN;
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) <= 0.425) return fromCentre * ratioAt(CENTRE, 0.180625 - fromCentre * fromCentre);
  const depth = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const magnitude = depth <= 5 ? ratioAt(NEAR_TAIL, depth - 1.6) : ratioAt(FAR_TAIL, depth - 5);
  return fromCentre < 0 ? -magnitude : magnitude;
};
