import { Field, ID, InputType } from 'type-graphql';
import type { PricingInput } from '../domain/pricing-input';
import { RATE_MODES, type RateMode } from '../domain/rate';
import { CreditsScalar } from './scalars';

/** What every input that prices a feature is told of the price itself. It stands in the schema by what extends it. */
@InputType({ description: 'How usage turns into credits.' })
export abstract class PriceInput implements PricingInput {
  @Field(() => RATE_MODES, { description: 'How usage turns into credits.' })
  mode!: RateMode;

  @Field(() => CreditsScalar, { nullable: true, description: 'With FLAT, and only then: the credits per unit of the reported value, at least 0.' })
  creditsPerUnit?: string | null;

  @Field(() => String, { nullable: true, description: 'With FORMULA, and only then: the formula.' })
  formula?: string | null;
}

@InputType({ description: 'The price of a feature in a currency.' })
export abstract class RateInput extends PriceInput {
  @Field(() => ID, { description: 'The feature that is priced.' })
  featureId!: string;

  @Field(() => ID, { description: 'The currency it is charged in.' })
  currencyId!: string;
}
