import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ORDER_DIRECTIONS, type OrderDirection } from '../domain/breakdown';
import type { Credits } from '../domain/credits';
import {
  CUSTOMER_ORDER_FIELDS,
  type CustomerOrder,
  type CustomerOrderField,
  type Expiry,
  type ListedCustomerCredits,
} from '../domain/customer-credits';
import { connectionType, ConnectionArgs } from './paging';
import { CreditsScalar, DateTimeScalar } from './scalars';

registerEnumType(CUSTOMER_ORDER_FIELDS, {
  name: 'CustomerCreditsOrderField',
  description: 'What customers are ordered by.',
  valuesConfig: {
    ID: { description: 'By the id, by code points.' },
    NAME: { description: 'By the name, by code points.' },
    BALANCE: { description: 'By the balance.' },
    CONSUMED: { description: 'By what was consumed in the last month.' },
  },
});

@InputType({ description: 'The order of customers. Those that are equal in it follow by their ids, so that the order is total.' })
export class CustomerCreditsOrderInput implements CustomerOrder {
  @Field(() => CUSTOMER_ORDER_FIELDS, { description: 'What to order by.' })
  field!: CustomerOrderField;

  @Field(() => ORDER_DIRECTIONS, { description: 'Which end comes first.' })
  direction!: OrderDirection;
}

@ArgsType()
export class CustomerCreditsArgs extends ConnectionArgs {
  @Field(() => ID, { nullable: true, description: 'The currency; it can only be left out where the environment has a single one.' })
  currencyId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only customers with this text in their id or name, in capitals or not.' })
  search?: string | null;

  @Field(() => CustomerCreditsOrderInput, { nullable: true, description: 'The order; absent: by id.' })
  orderBy?: CustomerCreditsOrderInput | null;

  @Field(() => String, { nullable: true, description: 'The IANA time zone of the days of the last month, as in creditUsage; absent: UTC.' })
  timeZone?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether archived ones are listed, too.' })
  includeArchived!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'Credits that expire.' })
export class CreditExpiry implements Expiry {
  @Field(() => DateTimeScalar, { description: 'When they expire.' })
  at!: Date;

  @Field(() => CreditsScalar, { description: 'What is lost then, if nothing is used until then.' })
  amount!: Credits;
}

/** customer is added in customer-credits.resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'A customer with all of its pools of one currency taken together. Single pools are in creditBalances, any range in creditUsage.',
})
export class CustomerCredits implements Omit<ListedCustomerCredits, 'id' | 'name'> {
  customerKey!: bigint;

  @Field(() => CreditsScalar, { description: 'What all pools hold, less what all of them owe; right at this moment, with whatever is due.' })
  balance!: Credits;

  @Field(() => CreditsScalar, { description: 'What pools owe, whatever others hold; 0 where none is overdrawn.' })
  overdraft!: Credits;

  @Field(() => CreditsScalar, { description: 'What usage cost in the last month, as creditUsage says it for LAST_MONTH in the same time zone.' })
  consumed!: Credits;

  @Field(() => Int, { description: 'The number of its pools; 0 where nothing was ever granted or charged.' })
  poolCount!: number;

  @Field(() => [CreditExpiry], {
    description: 'What expires of what all pools hold now, the soonest first. One pool does not use what another holds.',
  })
  expiries!: readonly CreditExpiry[];
}

export const CustomerCreditsConnection = connectionType(
  CustomerCredits,
  'Customers with their credits. A page is of one moment; on the next page each is at the place it has by then.',
);
