/** Round numbers from 0 to at least `most`, about `count` of them: 0, 200, 400 … */
export function ticksTo(most: number, count = 4): number[] {
  if (!(most > 0)) return [0];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const ticks = Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
  return ticks.map((tick) => Number(tick.toPrecision(12)));
}

const SUFFIXES = ['', 'k', 'M', 'B', 'T'];

/** An axis has little room: 1,200,000 as `1.2M`. */
export function tickText(tick: number): string {
  let size = tick;
  let suffix = 0;
  while (size >= 1000 && suffix < SUFFIXES.length - 1) {
    size /= 1000;
    suffix += 1;
  }
  return size >= 1000 ? tick.toExponential(0) : `${Number(size.toPrecision(3))}${SUFFIXES[suffix]}`;
}
