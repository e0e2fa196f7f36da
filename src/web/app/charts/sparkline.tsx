import './chart.css';

interface SparklineProps {
  /** Oldest first. Only drawn: the numbers stand elsewhere. */
  readonly sizes: readonly number[];
  readonly label: string;
}

const WIDTH = 96;
const HEIGHT = 24;

/** The shape of something over time, as wide as what it stands in. */
export function Sparkline({ sizes, label }: SparklineProps) {
  const most = Math.max(...sizes, 0);
  const x = (i: number): number => (sizes.length < 2 ? 0 : (i / (sizes.length - 1)) * WIDTH);
  const y = (size: number): number => (most === 0 ? HEIGHT - 1 : HEIGHT - 1 - (Math.max(0, size) / most) * (HEIGHT - 2));
  const line = sizes.map((size, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(size).toFixed(1)}`).join('');
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path className="sparkline-area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
      <path className="sparkline-line" d={line} />
    </svg>
  );
}
