import { ObjectType } from 'type-graphql';
import type { CandidateRate as DomainCandidateRate } from '../domain/candidate-rates';
import type { Pricing } from '../domain/rate';

/** All fields are added in candidate-rate.resolver. */
@ObjectType({ simpleResolvers: true, description: 'A rate under trial, as it was when the trial was asked for.' })
export class CandidateRate implements DomainCandidateRate {
  featureKey!: number;
  currencyKey!: number | null;
  pricing!: Pricing;
}
