import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';

const STAMP = /^(\d{4}-\d{2}-\d{2})(?:[ Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?)?\s?(Z|z|UTC|[+-][01]\d(?::?[0-5]\d)?)?$/;
const EPOCH_SECONDS = /^(\d{9,10})(?:\.(\d{1,18}))?$/;
const EPOCH_MILLISECONDS = /^\d{12,13}$/;

/** The zone of a name such as `UTC`, `Europe/London` or `+02:00`; null where there is none. */
export function zoneOf(name: string): Zone | null {
  if (/^([+-][01]\d(:?[0-5]\d)?|UTC|Z)$/.test(name)) return offsetZone(name);
  return IANAZone.isValidZone(name) ? IANAZone.create(name) : null;
}

/**
 * Reads `2023-11-16T18:17:03.97Z`, the same with a space or an offset, without a zone (then it is local to `zone`), a bare date (its midnight),
 * and whole seconds or milliseconds since 1970 (9–10 or 12–13 digits). What is finer than a millisecond is cut off, as the server keeps no more. Null where it is none of these.
 */
export function instantOf(text: string, zone: Zone): string | null {
  const epoch = epochMilliseconds(text);
  if (epoch !== null) return new Date(epoch).toISOString();
  const match = STAMP.exec(text);
  if (!match) return null;
  const [, day, hour, minute, second, fraction, offset] = match;
  if (offset && hour === undefined) return null;
  const clock = `${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${milliseconds(fraction)}`;
  return instantOfClock(clock, offset ? offsetZone(offset) : zone);
}

/** What the clocks of the zone showed, as an instant. An hour that they skip is taken for the one after it. */
function instantOfClock(clock: string, zone: Zone): string | null {
  const utc = new Date(`${clock}Z`);
  // JavaScript takes 30 February for 2 March, and 24:00 for the next day.
  if (Number.isNaN(utc.getTime()) || !utc.toISOString().startsWith(clock)) return null;
  if (zone.isUniversal) return new Date(utc.getTime() - zone.offset(0) * 60_000).toISOString();
  return new Date(DateTime.fromISO(clock, { zone }).toMillis()).toISOString();
}

function milliseconds(fraction = ''): string {
  return fraction.slice(0, 3).padEnd(3, '0');
}

function epochMilliseconds(text: string): number | null {
  if (EPOCH_MILLISECONDS.test(text)) return Number(text);
  const match = EPOCH_SECONDS.exec(text);
  return match ? Number(match[1]) * 1000 + Number(milliseconds(match[2])) : null;
}

function offsetZone(offset: string): Zone {
  if (/^[zZU]/.test(offset)) return FixedOffsetZone.utcInstance;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''));
  return FixedOffsetZone.instance(offset.startsWith('-') ? -minutes : minutes);
}
