/**
 * How far the clocks of two servers may be apart, and with it how long before an instant the events may have been received that are committed
 * after it. Whoever looks for what came since looks back so far, which is cheap: the key of an event begins with its receipt.
 */
export const MOST_CLOCK_SKEW_MS = 60 * 60 * 1000;
