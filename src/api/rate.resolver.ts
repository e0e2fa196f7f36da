import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { runTest, type FormulaTestResult } from '../domain/formula-test';
import { RATE_MODES, type RateMode } from '../domain/rate';
import { removeRate } from '../operations/remove-rate';
import { setRate } from '../operations/set-rate';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Feature } from './feature.types';
import { FormulaTest } from './formula-test.types';
import { PlanVersion, Rate, rateId, RemoveRateInput, RemoveRatePayload, SetRateInput, SetRatePayload } from './plan.types';
import { CreditsScalar } from './scalars';

@Resolver(() => Rate)
export class RateResolver {
  @Authorized('ADMIN')
  @Mutation(() => SetRatePayload, {
    description:
      'Prices a feature in a draft, in place of the price it has there. A formula with problems is not saved. Refuses, in this order: ' +
      'INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID, PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND, ARCHIVED (plan), VERSION_PUBLISHED, ' +
      'FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND, ARCHIVED (feature, currency), INPUT_INVALID (too many rates). Role: ADMIN.',
  })
  setRate(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => SetRateInput, { description: 'The price.' }) input: SetRateInput,
  ): Promise<SetRatePayload> {
    return setRate(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => RemoveRatePayload, {
    description:
      'Takes the price of a feature out of a draft. Refuses, in this order: ' +
      'PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND, ARCHIVED, VERSION_PUBLISHED, FEATURE_NOT_FOUND, RATE_NOT_FOUND. Role: ADMIN.',
  })
  async removeRate(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => RemoveRateInput, { description: 'Which price.' }) input: RemoveRateInput,
  ): Promise<RemoveRatePayload> {
    return { planVersion: await removeRate(services.database, context, input) };
  }

  @FieldResolver(() => ID, { description: 'Given when it was first set.' })
  id(@Root() { key }: Rate): string {
    return rateId(key);
  }

  @FieldResolver(() => PlanVersion, { nullable: true, description: 'The version it belongs to; null: it is an override of a customer.' })
  planVersion(@Root() { planId, planVersion: number }: Rate, @Ctx() { loaders }: ApiContext) {
    return planId === null || number === null ? null : loaders.planVersionByName.load({ planId, number });
  }

  @FieldResolver(() => Feature, { description: 'The feature it prices.' })
  feature(@Root() { featureKey }: Rate, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency it charges in.' })
  currency(@Root() { currencyKey }: Rate, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }

  @FieldResolver(() => RATE_MODES, { description: 'How usage turns into credits.' })
  mode(@Root() { pricing }: Rate): RateMode {
    return pricing.mode;
  }

  @FieldResolver(() => CreditsScalar, { nullable: true, description: 'With FLAT: the credits per unit of the reported value. Otherwise null.' })
  creditsPerUnit(@Root() { pricing }: Rate): Credits | null {
    return pricing.mode === 'FLAT' ? pricing.creditsPerUnit : null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'With FORMULA: the text of the formula. Otherwise null.' })
  formula(@Root() { pricing }: Rate): string | null {
    return pricing.mode === 'FORMULA' ? pricing.formula : null;
  }

  @Authorized('READER')
  @FieldResolver(() => [FormulaTest], { description: 'The examples kept with it, each tried when it is read.' })
  tests(@Root() rate: Rate): FormulaTestResult[] {
    return (rate.tests ?? []).map((test) => runTest(rate, test));
  }
}
