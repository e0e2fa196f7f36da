import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { RATE_MODES, type RateMode } from '../domain/rate';
import { CandidateRate } from './candidate-rate.types';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Feature } from './feature.types';
import { CreditsScalar } from './scalars';

@Resolver(() => CandidateRate)
export class CandidateRateResolver {
  @FieldResolver(() => Feature, { description: 'The feature it prices.' })
  feature(@Root() { featureKey }: CandidateRate, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }

  @FieldResolver(() => Currency, { nullable: true, description: 'The currency it charges in; null: the one in which each event was charged.' })
  currency(@Root() { currencyKey }: CandidateRate, @Ctx() { loaders }: ApiContext) {
    return currencyKey === null ? null : loaders.currencyByKey.load(currencyKey);
  }

  @FieldResolver(() => RATE_MODES, { description: 'How usage turns into credits.' })
  mode(@Root() { pricing }: CandidateRate): RateMode {
    return pricing.mode;
  }

  @FieldResolver(() => CreditsScalar, { nullable: true, description: 'With FLAT: the credits per unit of the reported value. Otherwise null.' })
  creditsPerUnit(@Root() { pricing }: CandidateRate): Credits | null {
    return pricing.mode === 'FLAT' ? pricing.creditsPerUnit : null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'With FORMULA: the text of the formula. Otherwise null.' })
  formula(@Root() { pricing }: CandidateRate): string | null {
    return pricing.mode === 'FORMULA' ? pricing.formula : null;
  }
}
