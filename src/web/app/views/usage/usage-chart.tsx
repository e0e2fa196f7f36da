import { Amount } from '../../components/amount';
import { StackedChart, type ChartSeries } from '../../charts/stacked-chart';
import { isZero, sumAmounts } from '../../format/amount';
import { bucketText, spanText } from '../../format/instant';

import { useCell } from './use-cell';
import { SeriesName } from './series-name';
import { seriesKey } from './usage-names';
import type { UsageQuestion } from './usage-question';
import type { Breakdown } from './usage-view';

/** The series of the page, the greatest at the bottom, and the rest above. */
function chartSeries({ edges, other }: Breakdown): ChartSeries[] {
  const shown = edges.map(({ node }, index) => ({
    key: seriesKey(node.groups),
    label: <SeriesName groups={node.groups} />,
    amounts: node.points.map(({ credits }) => credits),
    color: `var(--series-${index + 1})`,
  }));
  const rest = {
    key: 'rest',
    label: `Rest (${other.seriesCount})`,
    amounts: other.points.map(({ credits }) => credits),
    color: 'var(--series-other)',
  };
  return other.seriesCount > 0 ? [...shown, rest] : shown;
}

interface UsageChartProps {
  readonly breakdown: Breakdown;
  readonly question: UsageQuestion;
}

export function UsageChart({ breakdown, question }: UsageChartProps) {
  const { show } = useCell();
  const { interval, timeZone, other } = breakdown;
  const series = chartSeries(breakdown);
  const { points } = other;
  return (
    <div className="stack">
      <StackedChart
        label="Credits over time by series; the same numbers are in the table, and by time in the view Over time."
        buckets={points.map(({ from }) => bucketText(from, interval, timeZone))}
        series={series}
        describe={(bucket) => <Described bucket={bucket} span={points[bucket]!} zone={timeZone} series={series} />}
        onSelect={(bucket) => show({ title: 'All usage', filters: question.filters, from: points[bucket]!.from, to: points[bucket]!.to })}
      />
      <ul className="legend">
        {series.map(({ key, label, color }) => (
          <li key={key} className="legend-item">
            <span className="legend-mark" style={{ background: color }} />
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface DescribedProps {
  readonly bucket: number;
  readonly span: { readonly from: string; readonly to: string };
  readonly zone: string;
  readonly series: readonly ChartSeries[];
}

/** What a column is made of, in the order in which it is seen. */
function Described({ bucket, span, zone, series }: DescribedProps) {
  const parts = series.filter(({ amounts }) => !isZero(amounts[bucket] ?? '0')).reverse();
  return (
    <>
      <strong>{spanText(span.from, span.to, zone)}</strong>
      {parts.length !== 1 && (
        <span className="chart-said-line">
          <span className="chart-said-name">Total</span> <Amount value={sumAmounts(parts.map(({ amounts }) => amounts[bucket]!))} places={4} />
        </span>
      )}
      {parts.map(({ key, label, color, amounts }) => (
        <span key={key} className="chart-said-line">
          <span className="legend-mark" style={{ background: color }} />
          <span className="chart-said-name">{label}</span> <Amount value={amounts[bucket]!} places={4} />
        </span>
      ))}
    </>
  );
}
