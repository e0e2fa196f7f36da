import { ApiError } from '../../api/api-error';
import { ask } from '../../api/client';
import { CreateFirstDraft, CreateFirstPlan, PublishFirstVersion, SetFirstRate } from '../../generated/start';
import type { Credential } from '../../session/credential';

export interface FirstPrice {
  readonly planId: string;
  readonly planName: string;
  readonly featureId: string;
  readonly currencyId: string;
  readonly formula: string;
}

/** A plan with one price, published for everybody. What an earlier try has done already is done. */
export async function publishFirstPrice(credential: Credential | null, { planId, planName, ...price }: FirstPrice): Promise<void> {
  await once('ALREADY_EXISTS', ask(credential, CreateFirstPlan, { input: { id: planId, name: planName } }));
  await once('DRAFT_EXISTS', ask(credential, CreateFirstDraft, { input: { planId } }));
  const { setRate } = await ask(credential, SetFirstRate, { input: { planId, version: 1, mode: 'FORMULA', ...price } });
  const revision = setRate.rate.planVersion?.revision ?? null;
  await ask(credential, PublishFirstVersion, { input: { planId, revision, affects: { scope: 'ALL_CUSTOMERS' } } });
}

async function once(code: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== code) throw error;
  }
}
