import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/api-error';
import { useChange } from '../../api/use-api';
import { useToast } from '../../components/toast';
import { BeginPlanDraft, SavePlanDraft } from '../../generated/rate';
import { baseOf, isSamePricing, pricingIn, ratesWith, type Base, type Currency, type PlanToPrice, type Pricing } from './pricing';

/** Somebody else has changed the draft since it was opened here. */
export interface Conflict {
  readonly theirs: Base;
  readonly theirPricing: Pricing;
  /** Goes on with what is typed here, on top of their draft. */
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

export interface RateEditing {
  readonly pricing: Pricing;
  readonly base: Base;
  readonly isUnsaved: boolean;
  readonly isSaving: boolean;
  readonly error: ApiError | null;
  readonly conflict: Conflict | null;
  change(change: Partial<Pricing>): void;
  revert(): void;
  save(): Promise<void>;
  /** Takes the feature's price out of the draft. */
  remove(): Promise<void>;
}

const CHANGED_MEANWHILE = ['DRAFT_CHANGED', 'DRAFT_NOT_FOUND', 'DRAFT_EXISTS'];

/** What is typed for one feature, and how it gets into the draft: only onto the revision that was seen here. */
export function useRateEditing(plan: PlanToPrice, featureId: string, currencies: readonly Currency[]): RateEditing {
  const say = useToast();
  const latest = baseOf(plan);
  const [base, setBase] = useState(latest);
  const [pricing, setPricing] = useState(() => pricingIn(latest, featureId, currencies));
  const begin = useChange(BeginPlanDraft);
  const saving = useChange(SavePlanDraft);
  const queries = useQueryClient();
  const [isSaving, setSaving] = useState(false);
  const isUnsaved = !isSamePricing(pricing, pricingIn(base, featureId, currencies));
  const hasChanged = latest.revision !== base.revision || latest.version?.number !== base.version?.number;
  const adopt = (next: Base, nextPricing = pricingIn(next, featureId, currencies)): void => {
    setBase(next);
    setPricing(nextPricing);
    saving.reset();
  };
  if (hasChanged && !isUnsaved && !isSaving) adopt(latest);
  const send = async (next: Pricing | null): Promise<void> => {
    const revision = base.revision ?? (await begin.mutateAsync({ input: { planId: plan.id } })).createPlanDraft.planVersion.revision;
    const { savePlanDraft } = await saving.mutateAsync({ input: { planId: plan.id, revision, rates: ratesWith(base.version, featureId, next) } });
    const version = savePlanDraft.planVersion;
    adopt({ revision: version.revision, version });
    say(next ? 'Saved to the draft. It charges nobody until it is published.' : 'The price was taken out of the draft.');
  };
  const sendOnce = async (next: Pricing | null): Promise<void> => {
    setSaving(true);
    try {
      await send(next);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (CHANGED_MEANWHILE.includes(error.code)) await queries.invalidateQueries();
    } finally {
      setSaving(false);
    }
  };
  const failed = begin.error ?? saving.error;
  return {
    pricing,
    base,
    isUnsaved,
    isSaving,
    error: failed && !CHANGED_MEANWHILE.includes(failed.code) ? failed : null,
    conflict:
      hasChanged && isUnsaved && !isSaving
        ? {
            theirs: latest,
            theirPricing: pricingIn(latest, featureId, currencies),
            keepMine: () => adopt(latest, pricing),
            takeTheirs: () => adopt(latest),
          }
        : null,
    change: (change) => setPricing((before) => ({ ...before, ...change })),
    revert: () => adopt(base),
    save: () => sendOnce(pricing),
    remove: () => sendOnce(null),
  };
}
