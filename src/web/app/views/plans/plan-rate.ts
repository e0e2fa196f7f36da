import type { RateFieldsFragment } from '../../generated/plan';

export type PlanRate = RateFieldsFragment;

export const MODE_NAMES = { FLAT: 'Flat', FORMULA: 'Advanced formula' } as const;
