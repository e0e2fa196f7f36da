import { useState } from 'react';
import { ownValuesFrom, sampleFrom, type OwnValues } from './own-values';
import { NO_SAMPLE, type RecentEvent, type Sample, type Tried } from './use-tried';

export interface SampleChoice {
  /** The real event that the formula is tried on; null: values of one's own. */
  readonly event: RecentEvent | null;
  readonly own: OwnValues;
  readonly sample: Sample;
  readonly isOwn: boolean;
  choose(event: RecentEvent): void;
  changeOwn(own: OwnValues): void;
  /** Begins with the values of the event chosen last. */
  useOwn(): void;
}

/** What a formula is tried on: the latest event at first. `events` is null while they are asked for. */
export function useSample(events: readonly RecentEvent[] | null, variables: Tried['variables']): SampleChoice {
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [own, setOwn] = useState<OwnValues | null>(null);
  const event = events?.find(({ id }) => id === chosenId) ?? events?.[0] ?? null;
  const isOwn = own !== null || events?.length === 0;
  const values = own ?? ownValuesFrom(NO_SAMPLE);
  return {
    event: isOwn ? null : event,
    own: values,
    isOwn,
    sample: isOwn ? sampleFrom(values, variables) : (event ?? NO_SAMPLE),
    choose: ({ id }) => {
      setChosenId(id);
      setOwn(null);
    },
    changeOwn: setOwn,
    useOwn: () => setOwn(ownValuesFrom(event ?? NO_SAMPLE)),
  };
}
