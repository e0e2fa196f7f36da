import type { Credits } from './credits';
import type { Metadata } from './metadata';
import type { ReportContent } from './report';

/** A stated amount that a pool is to pay, without a feature and a rate. */
export interface ConsumptionReport extends ReportContent {
  readonly kind: 'CONSUMPTION';
  readonly currencyId: string;
  readonly amount: Credits;
  readonly reason: string | null;
  readonly metadata: Metadata;
}
