/** How strongly a figure is tinted among its like: in steps, for an eye counts few of them. */
const STEPS = 5;
/** The tint is full where one moved this much, however calm the rest was. */
const FULL_MIN = 0.02;

/** From -5 to 5, as large as the value is against the largest of all, with its sign; 0 only of nothing. */
export const tintOf = (value: number, largest: number): number => Math.sign(value) * Math.min(STEPS, Math.ceil((Math.abs(value) / Math.max(largest, FULL_MIN)) * STEPS));
