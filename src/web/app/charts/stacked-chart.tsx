import './chart.css';
import { useId, useMemo, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { tickText, ticksTo } from './scale';
import { useWidth } from './use-width';

export interface ChartSeries {
  readonly key: string;
  readonly label: ReactNode;
  /** One per bucket, as exact amounts; what is drawn is rounded, what is said is not. */
  readonly amounts: readonly string[];
  /** `var(--series-3)` */
  readonly color: string;
}

export interface StackedChartProps {
  /** What is shown, and where its numbers stand, for those who do not see it. */
  readonly label: string;
  readonly buckets: readonly string[];
  readonly series: readonly ChartSeries[];
  /** What is said of one bucket while it is pointed at or focused. */
  readonly describe: (bucket: number) => ReactNode;
  readonly onSelect?: (bucket: number) => void;
  readonly height?: number;
}

const LEFT = 44;
const TOP = 8;
const BOTTOM = 24;
/** Of a letter of a label, and between labels. */
const LETTER_WIDTH = 6.5;
const LABEL_GAP = 16;

/** Columns of stacked amounts over time. One path per series, so that 744 hours of 10 series are drawn at once. Arrow keys go from bucket to bucket. */
export function StackedChart({ label, buckets, series, describe, onSelect, height = 260 }: StackedChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [current, setCurrent] = useState<number | null>(null);
  /** How far down the window it is pointed at; null: by keys. */
  const [pointedY, setPointedY] = useState<number | null>(null);
  const id = useId();
  const columns = useMemo(() => stack(series, buckets.length), [series, buckets.length]);
  const ticks = ticksTo(columns.most);
  const plot = { width: Math.max(0, width - LEFT), height: height - TOP - BOTTOM, top: ticks.at(-1)! || 1 };
  const step = buckets.length > 0 ? plot.width / buckets.length : 0;
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    setCurrent(x < 0 || step === 0 ? null : Math.min(buckets.length - 1, Math.floor(x / step)));
    setPointedY(event.clientY);
  };
  const press = (event: KeyboardEvent): void => {
    const next = nextBucket(event.key, current, buckets.length);
    if (next !== null) {
      event.preventDefault();
      setCurrent(next);
      setPointedY(null);
    } else if (event.key === 'Enter' && current !== null) {
      event.preventDefault(); // else it would also press what opens and takes the focus
      onSelect?.(current);
    }
  };
  return (
    <figure className="chart">
      <div
        ref={frame}
        className="chart-frame"
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={label}
        aria-describedby={`${id}-said`}
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={({ pointerType }) => pointerType === 'mouse' && setCurrent(null)}
        onBlur={() => setCurrent(null)}
        onKeyDown={press}
        onClick={() => current !== null && onSelect?.(current)}
      >
        <svg width={width} height={height} aria-hidden="true">
          <Axis ticks={ticks} plot={plot} width={width} />
          {series.map(({ key, color }, i) => (
            <path key={key} d={columnsPath(columns.spans[i]!, step, plot)} style={{ fill: color }} />
          ))}
          <BucketLabels buckets={buckets} step={step} y={height - 6} />
          {current !== null && <rect className="chart-current" x={LEFT + current * step} y={TOP} width={step} height={plot.height} />}
        </svg>
        {current !== null && (
          <div
            ref={pointedY === null ? bringIntoView : undefined}
            className="chart-said"
            style={width < ROOM_BESIDE ? saidPlaceBelow(height, pointedY) : saidPlaceBeside(current, buckets.length, step, width)}
          >
            {describe(current)}
          </div>
        )}
      </div>
      <p id={`${id}-said`} className="only-spoken" aria-live="polite">
        {current === null ? 'Arrow keys go from column to column.' : describe(current)}
      </p>
    </figure>
  );
}

interface Plot {
  readonly width: number;
  readonly height: number;
  readonly top: number;
}

type Span = readonly [from: number, to: number];

/** Where each part of each column begins and ends, the first series at the bottom. */
function stack(series: readonly ChartSeries[], buckets: number): { readonly spans: readonly (readonly Span[])[]; readonly most: number } {
  const heights = new Array<number>(buckets).fill(0);
  const spans = series.map(({ amounts }) =>
    heights.map((from, i): Span => {
      const to = from + Math.max(0, Number(amounts[i] ?? 0));
      heights[i] = to;
      return [from, to];
    }),
  );
  return { spans, most: heights.reduce((most, height) => Math.max(most, height), 0) };
}

function columnsPath(spans: readonly Span[], step: number, { height, top }: Plot): string {
  const gap = step > 6 ? Math.min(4, step * 0.2) : 0;
  const y = (amount: number): number => TOP + height - (amount / top) * height;
  // However little it is, the lowest part is seen.
  const end = ([from, to]: Span): number => (from === 0 ? Math.min(y(to), y(0) - 1) : y(to));
  return spans
    .map((span, i) => {
      if (span[1] <= span[0]) return '';
      const base = y(span[0]).toFixed(2);
      return `M${(LEFT + i * step + gap / 2).toFixed(2)} ${base}V${end(span).toFixed(2)}h${(step - gap).toFixed(2)}V${base}Z`;
    })
    .join('');
}

function nextBucket(key: string, current: number | null, buckets: number): number | null {
  if (buckets === 0) return null;
  if (key === 'ArrowRight') return Math.min(buckets - 1, (current ?? -1) + 1);
  if (key === 'ArrowLeft') return Math.max(0, (current ?? buckets) - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? buckets - 1 : null;
}

/** Narrower charts have no room for it beside a column. */
const ROOM_BESIDE = 480;
const BESIDE = 8;
const EDGE = 16;

function bringIntoView(said: HTMLElement | null): void {
  said?.scrollIntoView({ block: 'nearest' });
}

/** On the side where there is room. */
function saidPlaceBeside(bucket: number, buckets: number, step: number, width: number) {
  const x = LEFT + bucket * step;
  return bucket < buckets / 2 ? { left: x + step + BESIDE } : { right: width - x + BESIDE };
}

/** Below all columns; for a finger at the far edge of the window, above all else, so that it hides neither and nothing moves under it. */
function saidPlaceBelow(height: number, pointedY: number | null): CSSProperties {
  if (pointedY === null) return { insetInline: 0, insetBlockStart: height + 4 };
  const isLow = pointedY > window.innerHeight / 2;
  return { position: 'fixed', zIndex: 15, insetInline: EDGE, ...(isLow ? { insetBlockStart: EDGE } : { insetBlock: `auto ${EDGE}px` }) };
}

function Axis({ ticks, plot, width }: { readonly ticks: readonly number[]; readonly plot: Plot; readonly width: number }) {
  return ticks.map((tick) => {
    const y = TOP + plot.height - (tick / plot.top) * plot.height;
    return (
      <g key={tick}>
        <line className="chart-line" x1={LEFT} x2={width} y1={y} y2={y} />
        <text className="chart-text" x={LEFT - 8} y={y + 4} textAnchor="end">
          {tickText(tick)}
        </text>
      </g>
    );
  });
}

interface BucketLabelsProps {
  readonly buckets: readonly string[];
  readonly step: number;
  readonly y: number;
}

/** As many as there is room for. */
function BucketLabels({ buckets, step, y }: BucketLabelsProps) {
  const labels = useMemo(() => labelsOf(buckets, step), [buckets, step]);
  return labels.map(({ text, x }) => (
    <text key={x} className="chart-text" x={LEFT + x} y={y} textAnchor="middle">
      {text}
    </text>
  ));
}

interface BucketLabel {
  readonly text: string;
  /** Its middle. */
  readonly x: number;
  readonly half: number;
}

function labelsOf(buckets: readonly string[], step: number): readonly BucketLabel[] {
  for (let every = 1; step > 0 && every <= buckets.length; every += 1) {
    const labels = labelsAtEvery(every, buckets, step);
    if (labels.every(({ x, half }, i) => i === 0 || x - half - LABEL_GAP >= labels[i - 1]!.x + labels[i - 1]!.half)) return labels;
  }
  return [];
}

/** Evenly back from the last, which is moved inside. A day is said once of all its hours that follow. */
function labelsAtEvery(every: number, buckets: readonly string[], step: number): readonly BucketLabel[] {
  const labels: BucketLabel[] = [];
  let said = '';
  for (let i = (buckets.length - 1) % every; i < buckets.length; i += every) {
    const label = buckets[i]!;
    const [day = ''] = /^.*, /.exec(label) ?? [];
    const text = day === said ? label.slice(day.length) : label;
    const half = (text.length * LETTER_WIDTH) / 2 + 2;
    const x = Math.min((i + 0.5) * step, buckets.length * step - half);
    if (x < half) continue;
    labels.push({ text, x, half });
    said = day;
  }
  return labels;
}
