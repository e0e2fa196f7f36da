import type { Dimensions } from '../../api/exact-json';
import { groupDigits } from '../../format/amount';
import { shownValue } from '../../format/dimension';

/** No line begins with it, and none parts a name from its value. */
const SEPARATOR = '\u00a0· ';

interface EventLike {
  readonly value: string;
  readonly dimensions: Dimensions;
}

/** All that an event says, as `user maya · tokens 120`; its value only where it is not 1. What `first` names comes first: not all may be seen. */
export function eventText({ value, dimensions }: EventLike, first: ReadonlySet<string> = new Set()): string {
  const entries = Object.entries(dimensions);
  const isFirst = ([name]: [string, unknown]): boolean => first.has(name);
  const told = [...entries.filter(isFirst), ...entries.filter((entry) => !isFirst(entry))].map(([name, one]) => `${name}\u00a0${shownValue(one)}`);
  return [...(value === '1' ? [] : [`value\u00a0${groupDigits(value)}`]), ...told].join(SEPARATOR);
}
