import { dayText, LOCAL_ZONE, minuteText, relativeText, secondText, zoneText } from '../format/instant';

const FORMS = { day: dayText, minute: minuteText, second: secondText } as const;

interface InstantProps {
  readonly value: string;
  readonly form?: keyof typeof FORMS;
  readonly zone?: string;
  /** False where the zone is said nearby, as in the head of a column. */
  readonly withZone?: boolean;
}

/** An instant by the clock of a zone, which is said beside it; the tooltip has it in UTC. */
export function Instant({ value, form = 'minute', zone = LOCAL_ZONE, withZone = true }: InstantProps) {
  return (
    <time className="numeric nowrap" dateTime={value} title={value}>
      {FORMS[form](value, zone)}
      {withZone && form !== 'day' && <span className="muted">{`\u00a0${zoneText(value, zone)}`}</span>}
    </time>
  );
}

/** `in 3 days`; the tooltip says when exactly. */
export function RelativeInstant({ value }: { readonly value: string }) {
  return (
    <time className="nowrap" dateTime={value} title={`${minuteText(value)} ${zoneText(value)}`}>
      {relativeText(value, Date.now())}
    </time>
  );
}
