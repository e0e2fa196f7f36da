import '../../charts/chart.css';
import { tickText, ticksTo } from '../../charts/scale';
import { useWidth } from '../../charts/use-width';
import { signedPercent } from '../../format/difference';
import { Table, type Column } from '../../components/table';
import { countOf, countText, isNegative, isZero } from '../../format/amount';
import type { CurrencyImpact } from './backtest-results';

type Distribution = CurrencyImpact['distribution'];
type Bar = Distribution['histogram'][number];

const HEIGHT = 220;
const LEFT = 36;
const TOP = 8;
const BOTTOM = 26;

/** How many customers change by how much, drawn and, beside it, as a table. */
export function ChangeHistogram({ distribution }: { readonly distribution: Distribution }) {
  const { histogram, customerCount, increasedCount, decreasedCount, fromNothingCount } = distribution;
  const median = distribution.quantiles.find(({ percent }) => percent === 50);
  const summary = `Of ${countOf(customerCount, 'customer')}, ${countText(increasedCount)} would pay more and ${countText(decreasedCount)} less.`;
  return (
    <div className="histogram">
      <div className="stack">
        <Bars bars={histogram} label={`Customers by the change of their charges. ${summary} The table beside has the numbers.`} />
        <p className="muted small">
          {summary}
          {median && ` Median: ${isZero(median.relativeChange) ? 'no change' : signedPercent(median.relativeChange)}.`}
          {fromNothingCount > 0 &&
            ` ${countOf(fromNothingCount, 'customer')} would pay something for the first time, and ${fromNothingCount === 1 ? 'is' : 'are'} in no bar.`}
        </p>
      </div>
      <div className="framed">
        <Table
          label="Customers by change"
          columns={COLUMNS}
          rows={histogram.filter((bar) => bar.customerCount > 0)}
          rowKey={({ from, to }) => `${from} ${to}`}
        />
      </div>
    </div>
  );
}

const COLUMNS: readonly Column<Bar>[] = [
  { key: 'change', head: 'Change', cell: (bar) => <span className="nowrap">{barText(bar)}</span> },
  { key: 'count', head: 'Customers', align: 'end', cell: ({ customerCount }) => countText(customerCount) },
];

function barText({ from, to }: Bar): string {
  if (to === null) return `more than ${signedPercent(from)}`;
  if (isZero(from) && isZero(to)) return 'no change';
  const [nearer, farther] = isNegative(from) ? [to, from] : [from, to];
  return `${isZero(nearer) ? '0' : signedPercent(nearer)} to ${signedPercent(farther)}`;
}

function Bars({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const ticks = ticksTo(Math.max(...bars.map(({ customerCount }) => customerCount)), 3).filter(Number.isInteger);
  const top = ticks.at(-1) || 1;
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const step = Math.max(0, width - LEFT) / bars.length;
  const y = (count: number): number => TOP + plotHeight - (count / top) * plotHeight;
  return (
    <div ref={frame} className="chart-frame">
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="chart-line" x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
            <text className="chart-text" x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {tickText(tick)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <rect
            key={index}
            className={`bar-${toneOf(bar)}`}
            x={LEFT + index * step + step * 0.12}
            y={y(bar.customerCount)}
            width={step * 0.76}
            height={Math.max(0, TOP + plotHeight - y(bar.customerCount))}
            rx={Math.min(3, step / 6)}
          >
            <title>{`${barText(bar)}: ${countOf(bar.customerCount, 'customer')}`}</title>
          </rect>
        ))}
        <BoundLabels bars={bars} step={step} />
      </svg>
    </div>
  );
}

function toneOf({ from, to }: Bar): 'less' | 'same' | 'more' {
  if (to !== null && isZero(from) && isZero(to)) return 'same';
  return isNegative(from) ? 'less' : 'more';
}

const LABEL_WIDTH = 66;

/** What is written below the bars: the outer bound of each, as many as there is room for, and always the middle. */
function BoundLabels({ bars, step }: { readonly bars: readonly Bar[]; readonly step: number }) {
  const middle = bars.findIndex((bar) => toneOf(bar) === 'same');
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(step, 0.01)));
  return bars.map((bar, index) => {
    if ((index - middle) % every !== 0) return null;
    const isLast = index === bars.length - 1;
    return (
      <text
        key={index}
        className="chart-text"
        x={LEFT + (isLast ? bars.length : index + 0.5) * step}
        y={HEIGHT - BOTTOM + 18}
        textAnchor={isLast ? 'end' : 'middle'}
      >
        {boundText(bar)}
      </text>
    );
  });
}

function boundText(bar: Bar): string {
  if (toneOf(bar) === 'same') return '0';
  return bar.to === null ? `> ${signedPercent(bar.from)}` : signedPercent(isNegative(bar.from) ? bar.from : bar.to);
}
