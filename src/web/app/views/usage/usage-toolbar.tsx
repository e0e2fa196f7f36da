import type { ReactNode } from 'react';
import { SelectField, TextField } from '../../components/field';
import { Segments } from '../../components/segments';
import { dayIn, LOCAL_ZONE } from '../../format/instant';
import { useAddress } from '../../navigation/use-address';
import { CUSTOM_RANGE, customDays, INTERVALS, RANGES } from './usage-question';

const CUSTOM = { value: CUSTOM_RANGE, label: 'Custom' } as const;
const OPTIONS = [...RANGES, CUSTOM] as const;
const DAY_MS = 86_400_000;
const ZONES = [...new Set([LOCAL_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone, label: zone }));
const AUTOMATIC = { value: '', label: 'Automatic' };

interface UsageToolbarProps {
  readonly zone: string;
  /** False: what is shown has none. */
  readonly hasSteps: boolean;
  /** What shows and hides all that follows, where there is little room. */
  readonly fold: ReactNode;
}

/** When, and in which steps. */
export function UsageToolbar({ zone, hasSteps, fold }: UsageToolbarProps) {
  const address = useAddress();
  const { text, change } = address;
  const days = customDays(address);
  const range = days ? CUSTOM_RANGE : (RANGES.find(({ value }) => value === text('range'))?.value ?? 'LAST_MONTH');
  const chooseRange = (next: (typeof OPTIONS)[number]['value']): void => {
    if (next !== CUSTOM_RANGE) return change({ range: next, from: null, to: null });
    const today = Date.now();
    change({ range: null, from: dayIn(zone, new Date(today - 6 * DAY_MS).toISOString()), to: dayIn(zone, new Date(today).toISOString()) });
  };
  return (
    <>
      <div className="usage-range">
        <span className="usage-label" aria-hidden="true">
          Range
        </span>
        <Segments label="Range" options={OPTIONS} value={range} onChange={chooseRange} />
      </div>
      {days && (
        <>
          <TextField label="First day" type="date" value={days.first} max={days.last} onChange={({ target }) => change({ from: target.value })} />
          <TextField label="Last day" type="date" value={days.last} min={days.first} onChange={({ target }) => change({ to: target.value })} />
        </>
      )}
      {fold}
      {hasSteps && (
        <SelectField
          label="Steps"
          options={[AUTOMATIC, ...INTERVALS]}
          value={text('interval') ?? ''}
          onChange={({ target }) => change({ interval: target.value || null })}
        />
      )}
      <SelectField
        label="Time zone"
        options={ZONES.some(({ value }) => value === zone) ? ZONES : [{ value: zone, label: zone }, ...ZONES]}
        value={zone}
        onChange={({ target }) => change({ zone: target.value === LOCAL_ZONE ? null : target.value })}
      />
    </>
  );
}
