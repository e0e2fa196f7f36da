import { Field, InputType, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { UsageChange } from '../domain/usage-comparison';
import { CreditUsageGroup, CreditUsageSums, UsageGroupInput } from './credit-usage.types';
import { connectionType } from './paging';
import { CreditsScalar } from './scalars';

@InputType({
  description: 'Whose usage, when, and how it is broken down: as for creditUsage, without points and an order, for the largest change comes first.',
})
export class CompareCreditUsageInput extends UsageGroupInput {}

@ObjectType({
  simpleResolvers: true,
  description: 'What was used in two ranges, and how the credits came to change. The three parts of the change add up to it, to the last digit.',
})
export class CreditUsageComparedSums implements UsageChange {
  @Field(() => CreditUsageSums, { description: 'The sums of the previous range.' })
  previous!: CreditUsageSums;

  @Field(() => CreditUsageSums, { description: 'The sums of the range itself.' })
  current!: CreditUsageSums;

  @Field(() => CreditsScalar, { description: 'Current credits less previous ones.' })
  change!: Credits;

  @Field(() => CreditsScalar, {
    description:
      'By how much was used: per feature, the change of the value at the previous price per unit; all of the change where there was no value before. ' +
      'Summed over the features, each rounded at 12 decimals.',
  })
  volumeChange!: Credits;

  @Field(() => CreditsScalar, {
    description:
      'By other rates: what rates that priced nothing in the previous range took beyond the previous price per unit of their feature. ' +
      'Summed over the features, each rounded at 12 decimals.',
  })
  priceChange!: Credits;

  @Field(() => CreditsScalar, { description: 'By what was used: the rest of the change, such as dearer requests at the same rate.' })
  mixChange!: Credits;
}

@ObjectType({ simpleResolvers: true, description: 'All usage with the same values in the keys of groupBy, in two ranges.' })
export class CreditUsageComparison extends CreditUsageComparedSums {
  @Field(() => [CreditUsageGroup], { description: 'The values of the keys, in the order of groupBy.' })
  groups!: CreditUsageGroup[];
}

export const CreditUsageComparisonConnection = connectionType(
  CreditUsageComparison,
  'Two breakdowns side by side, the largest change first. What is only in one of them is there, too. Pages taken with one another’s cursors show one state.',
);
