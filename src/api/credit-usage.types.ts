import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  KNOWN_AFTER_MS,
  MOST_CUSTOMERS,
  MOST_GROUP_KEYS,
  ORDER_DIRECTIONS,
  SERIES_ORDER_FIELDS,
  type BreakdownInput,
  type BreakdownQuery,
  type GroupValue,
  type OrderDirection,
  type SeriesOrder,
  type SeriesOrderField,
  type UsagePoint,
  type UsageRate,
  type UsageSeries,
  type UsageSums,
} from '../domain/breakdown';
import { BREAKDOWN_SOURCES } from '../domain/breakdown-cover';
import type { Credits } from '../domain/credits';
import type { Rate as DomainRate } from '../domain/rate';
import { DIMENSION_TYPES, type DimensionType } from '../domain/dimensions';
import { INTERVALS, MOST_POINTS, MOST_RANGE_YEARS, RANGE_PRESETS, type Interval, type RangePreset, type TimeRangeInput } from '../domain/time-range';
import { DimensionFilterInput, DimensionValueScalar } from './dimension-filter.types';
import { LedgerEntry } from './ledger-entry.types';
import { connectionType } from './paging';
import { Rate } from './plan.types';
import { CreditsScalar, DateTimeScalar } from './scalars';

registerEnumType(RANGE_PRESETS, {
  name: 'CreditUsageRange',
  description: 'A range of whole hours, days or months by the clock of the time zone, which ends with the present one.',
  valuesConfig: {
    LAST_DAY: { description: 'The present hour and the 23 before. Its interval is HOUR unless another is asked for.' },
    LAST_WEEK: { description: 'Today and the 6 days before, by DAY.' },
    LAST_MONTH: { description: 'From the day after the same day of last month through today, by DAY: on 15 May, from 16 April.' },
    LAST_YEAR: { description: 'The present month and the 11 before, by MONTH.' },
  },
});

registerEnumType(INTERVALS, {
  name: 'CreditUsageInterval',
  description: 'The width of a point, by the clock of the time zone. The first and the last point may be cut off by the range.',
  valuesConfig: {
    QUARTER_HOUR: { description: 'Quarters of an hour.' },
    HOUR: { description: 'Hours. One that the clock repeats is a point of its own.' },
    DAY: { description: 'Days from midnight; of 23 or 25 hours where the clock is put.' },
    WEEK: { description: 'Weeks from Monday.' },
    MONTH: { description: 'Calendar months.' },
    YEAR: { description: 'Calendar years.' },
    NONE: { description: 'One point over the whole range.' },
  },
});

registerEnumType(SERIES_ORDER_FIELDS, {
  name: 'CreditUsageOrderField',
  description: 'What series are ordered by.',
  valuesConfig: {
    CREDITS: { description: 'By the credits consumed.' },
    VALUE: { description: 'By the sum of the values reported.' },
    EVENT_COUNT: { description: 'By the number of events.' },
    KEY: {
      description:
        'By the values of the keys, in the order of groupBy: numbers by size, then texts by code points, then false, true, and absent last.',
    },
  },
});

registerEnumType(ORDER_DIRECTIONS, {
  name: 'OrderDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: { ASC: { description: 'The least first.' }, DESC: { description: 'The greatest first.' } },
});

registerEnumType(BREAKDOWN_SOURCES, {
  name: 'CreditUsageSource',
  description: 'Where the sums of a breakdown come from.',
  valuesConfig: {
    ROLLUPS: { description: 'Sums that are kept as usage is reported; events only where the range begins or ends within a UTC day.' },
    EVENTS: {
      description:
        'The events of the range, one by one, because no sums tell the keys apart so far, or because most came in after asOf. It takes longer the more they are; where they are many and sums would pay, the server begins to keep them in the background.',
    },
    ROLLUPS_AND_EVENTS: { description: 'Of some customers the sums that are kept, of others the events.' },
  },
});

registerEnumType(DIMENSION_TYPES, {
  name: 'DimensionType',
  description: 'What kind of value a dimension has.',
  valuesConfig: { TEXT: { description: 'A text.' }, NUMBER: { description: 'An exact decimal number.' }, BOOLEAN: { description: 'true or false.' } },
});

@InputType({ description: 'The order of the series. Those that are equal in it follow by their keys, ascending, so that the order is total.' })
export class CreditUsageOrderInput implements SeriesOrder {
  @Field(() => SERIES_ORDER_FIELDS, { description: 'What to order by.' })
  field!: SeriesOrderField;

  @Field(() => ORDER_DIRECTIONS, { description: 'Which end comes first.' })
  direction!: OrderDirection;
}

/** What all questions about usage have in common; no type of the schema. */
@InputType()
export abstract class UsageScopeInput implements TimeRangeInput {
  @Field(() => ID, { nullable: true, description: 'The customer. Without it and customerIds: all customers of the environment.' })
  customerId?: string | null;

  @Field(() => [ID], { nullable: true, description: `1 to ${MOST_CUSTOMERS} customers together. Not together with customerId.` })
  customerIds?: string[] | null;

  @Field(() => RANGE_PRESETS, {
    nullable: true,
    description: 'A range that ends with the present. Not together with from and to. Without any of them: LAST_MONTH.',
  })
  range?: RangePreset | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The first instant of the range, by the time of the events. Together with `to`.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: `The first instant after the range, at most ${MOST_RANGE_YEARS} years after \`from\`.`,
  })
  to?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The IANA time zone, such as `Asia/Kolkata`, in which hours, days, weeks, months and years begin; absent: UTC.',
  })
  timeZone?: string | null;
}

/** What all breakdowns have in common; no type of the schema. */
@InputType()
export abstract class UsageFilterInput extends UsageScopeInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The currency. Credits of different currencies are never added: it can only be left out where the environment has a single one.',
  })
  currencyId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only what the pools of this resource paid; null: what the customers’ own pools paid; absent: all.',
  })
  resourceId?: string | null;

  @Field(() => [DimensionFilterInput], {
    nullable: true,
    description:
      'Keeps only usage that passes all of these filters. Their keys are written as in groupBy, fields included, whether or not grouped by. ' +
      'grantId and rateId can be tested by equals, in and exists alone.',
  })
  filters?: DimensionFilterInput[] | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      `What was known at this instant: only reports that had been received. At least ${KNOWN_AFTER_MS / 60_000} minutes ago; the answer to the same question is then the same ` +
      'for ever. Absent: everything that is known now.',
  })
  asOf?: Date | null;
}

/** The same by keys; no type of the schema. */
@InputType()
export abstract class UsageGroupInput extends UsageFilterInput {
  @Field(() => [String], {
    nullable: true,
    description:
      `0 to ${MOST_GROUP_KEYS} keys: \`featureId\`, \`customerId\`, \`resourceId\`, \`currencyId\`, \`planId\` and \`rateId\` (of the rate that priced it), \`grantId\`, ` +
      '`grantCategory`, or the name of any dimension. ' +
      'A dimension with the name of one of these is written `dimensions.NAME`, as every dimension may be. Without keys there is one series.',
  })
  groupBy?: string[] | null;
}

@InputType({ description: 'Whose usage, when, and how it is broken down.' })
export class CreditUsageInput extends UsageGroupInput implements BreakdownInput {
  @Field(() => INTERVALS, {
    nullable: true,
    description:
      `The width of the points; at most ${MOST_POINTS} of them, else TIME_RANGE_INVALID. Absent: by the range; ` +
      'for from and to: HOUR up to 2 days, DAY up to 100 days, MONTH up to 10 years, else YEAR.',
  })
  interval?: Interval | null;

  @Field(() => CreditUsageOrderInput, { nullable: true, description: 'The order of the series; absent: the most credits first.' })
  orderBy?: CreditUsageOrderInput | null;
}

/** `name` is added in credit-usage.resolver. */
@ObjectType({ simpleResolvers: true, description: 'The value that all events of a series have in one key.' })
export class CreditUsageGroup {
  @Field(() => String, { description: 'The key, as it was written in groupBy.' })
  key!: string;

  @Field(() => DimensionValueScalar, {
    nullable: true,
    description: 'The value; null: the events do not have it. The text `"3"` and the number 3 are different values.',
  })
  value!: GroupValue;

  @Field(() => DIMENSION_TYPES, { nullable: true, description: 'What kind of value it is; null where there is none.' })
  type!: DimensionType | null;
}

const PRICE = 'The effective price: credits by value, rounded half-even at 12 decimals; null where the value is 0.';

@ObjectType({ simpleResolvers: true, description: 'Sums over events.' })
export class CreditUsageSums implements UsageSums {
  @Field(() => CreditsScalar, { description: 'The credits consumed: what the ledger’s CONSUMED entries took, those paid by overdraft included.' })
  credits!: Credits;

  @Field(() => CreditsScalar, { description: 'The sum of the values reported. Of an event that several grants paid, it stands with the first.' })
  value!: Credits;

  @Field(() => GraphQLSafeInt, { description: 'The number of events. One that several grants paid counts once, with the first.' })
  eventCount!: number;
}

/** `entries` is added in credit-usage.resolver. */
@ObjectType({ simpleResolvers: true, description: 'The sums of one series from one instant to another.' })
export class CreditUsagePoint extends CreditUsageSums implements UsagePoint {
  series!: CreditUsageSeries;

  @Field(() => DateTimeScalar, { description: 'The first instant.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The first instant after it, where the next point begins.' })
  to!: Date;
}

@ObjectType({ simpleResolvers: true, description: 'The part of a series that one rate priced, or that was stated.' })
export class CreditUsageRate extends CreditUsageSums implements UsageRate {
  @Field(() => Rate, { nullable: true, description: 'The rate, with the version of the plan it belongs to; null: stated amounts (consumeCredits).' })
  rate!: DomainRate | null;

  @Field(() => CreditsScalar, { nullable: true, description: PRICE })
  creditsPerUnit!: Credits | null;
}

/** `points`, `rates` and `entries` are added in credit-usage.resolver. */
@ObjectType({ simpleResolvers: true, description: 'All usage with the same values in the keys of groupBy.' })
export class CreditUsageSeries extends CreditUsageSums implements UsageSeries {
  query!: BreakdownQuery;
  digest!: string;
  position!: number;
  values!: readonly GroupValue[];

  @Field(() => [CreditUsageGroup], { description: 'The values of the keys, in the order of groupBy.' })
  groups!: CreditUsageGroup[];

  @Field(() => CreditsScalar, { nullable: true, description: PRICE })
  creditsPerUnit!: Credits | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its part of the total credits, from 0 to 1, rounded half-even at 12 decimals; null where the total is 0.',
  })
  share!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The sums of all series that are not on a page, from one instant to another.' })
export class CreditUsageOtherPoint extends CreditUsageSums implements UsagePoint {
  @Field(() => DateTimeScalar, { description: 'The first instant.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The first instant after it, where the next point begins.' })
  to!: Date;
}

/** `points` is added in credit-usage.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What is not on this page.' })
export class CreditUsageOther extends CreditUsageSums {
  /** All series together, and those of the page. */
  all!: CreditUsageSeries;
  onPage!: readonly CreditUsageSeries[];

  @Field(() => Int, { description: 'The number of series that are not on this page.' })
  seriesCount!: number;
}

export const CreditUsageEntryConnection = connectionType(
  LedgerEntry,
  'The ledger entries that usage is made of, the newest usage first.',
  'CreditUsageEntry',
);

export const CreditUsageConnection = connectionType(
  CreditUsageSeries,
  'The series of a breakdown. They add up to the total, and the total to what the ledger says, to the last digit. Pages taken with one another’s cursors show one state.',
  'CreditUsage',
);
