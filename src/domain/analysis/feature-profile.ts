import type { Decimal } from '../decimal';
import { isNumber, type Dimensions, type DimensionValue } from '../dimensions';

/** An event as a profile looks at it. */
export interface ProfileEvent {
  readonly at: Date;
  readonly value: Decimal;
  readonly dimensions: Dimensions;
}

/** Numbers of one dimension, or reported values. */
export interface NumbersSeen {
  readonly count: number;
  readonly least: Decimal;
  readonly greatest: Decimal;
  /** One in the middle, which was seen. */
  readonly typical: Decimal;
  /** All of them are whole numbers. */
  readonly whole: boolean;
}

export interface TextsSeen {
  readonly count: number;
  /** The most frequent ones with their numbers, the most frequent first. */
  readonly values: ReadonlyMap<string, number>;
  /** There were no others. */
  readonly complete: boolean;
}

/** What a dimension was in the events looked at. */
export interface DimensionProfile {
  readonly name: string;
  /** How many events had it. */
  readonly count: number;
  readonly numbers: NumbersSeen | null;
  readonly texts: TextsSeen | null;
  readonly booleans: number;
  readonly lastSeen: Date;
  /** It was usual before, and none of the later events had it. */
  readonly stopped: boolean;
}

/** What a bounded sample of a feature's events shows. */
export interface FeatureProfile {
  /** The latest first. */
  readonly events: readonly ProfileEvent[];
  /** Between which instants they lie; null where there are none. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly values: NumbersSeen | null;
  readonly dimensions: ReadonlyMap<string, DimensionProfile>;
  /** Names that other events of the feature have had. */
  readonly namesBefore: ReadonlySet<string>;
}

/** So many different texts of a dimension are listed. */
export const MOST_TEXTS_LISTED = 50;
/** With fewer, what was not seen so far may simply not have happened yet. */
export const ENOUGH_EVENTS = 20;
/** A usual dimension is absent from so many later events by chance once in a million times (e^-14). */
const ABSENCES_EXPECTED = 14;

const NONE: ReadonlySet<string> = new Set();

export function profileOf(sample: readonly ProfileEvent[], namesBefore = NONE): FeatureProfile {
  const events = [...sample].sort((a, b) => b.at.getTime() - a.at.getTime());
  const found = new Map<string, { values: DimensionValue[]; lastIndex: number }>();
  events.forEach(({ dimensions }, index) => {
    for (const [name, value] of dimensions) {
      const one = found.get(name);
      if (one) one.values.push(value);
      else found.set(name, { values: [value], lastIndex: index });
    }
  });
  const dimensions = [...found].map(([name, { values, lastIndex }]) => dimensionProfile(name, values, lastIndex, events));
  return {
    events,
    from: events.at(-1)?.at ?? null,
    to: events[0]?.at ?? null,
    values: numbersSeen(events.map((event) => event.value)),
    dimensions: new Map(dimensions.map((one) => [one.name, one])),
    namesBefore,
  };
}

/** `later`: how many events came after the last that had it. */
function dimensionProfile(name: string, values: readonly DimensionValue[], later: number, events: readonly ProfileEvent[]): DimensionProfile {
  const usual = values.length / (events.length - later);
  return {
    name,
    count: values.length,
    numbers: numbersSeen(values.filter(isNumber)),
    texts: textsSeen(values.filter((value) => typeof value === 'string')),
    booleans: values.filter((value) => typeof value === 'boolean').length,
    lastSeen: events[later]!.at,
    stopped: later >= ENOUGH_EVENTS && later * usual >= ABSENCES_EXPECTED,
  };
}

function numbersSeen(numbers: readonly Decimal[]): NumbersSeen | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a.cmp(b));
  return {
    count: sorted.length,
    least: sorted[0]!,
    greatest: sorted.at(-1)!,
    typical: sorted[Math.floor(sorted.length / 2)]!,
    whole: sorted.every((number) => number.isInteger()),
  };
}

function textsSeen(texts: readonly string[]): TextsSeen | null {
  if (texts.length === 0) return null;
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const sorted = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  return { count: texts.length, values: new Map(sorted.slice(0, MOST_TEXTS_LISTED)), complete: sorted.length <= MOST_TEXTS_LISTED };
}

/** Of 0 to 100, how much of the events looked at had the dimension, as words. */
export function shareText(count: number, of: number): string {
  const percent = (100 * count) / of;
  const shown = percent >= 99.95 || percent === 0 ? percent.toFixed(0) : percent >= 1 ? percent.toPrecision(2) : percent.toFixed(1);
  return `${Number(shown)} %`;
}
