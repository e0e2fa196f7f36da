import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Customer as DomainCustomer, CustomerOverdraftPolicy as DomainCustomerOverdraftPolicy } from '../domain/customer';
import type { Credits } from '../domain/credits';
import { OVERDRAFT_POLICIES, type OverdraftPolicy } from '../domain/overdraft';
import type { CustomerPlanPeriod as DomainPlanPeriod } from '../domain/plan';
import { connectionType } from './paging';
import { PlanVersion } from './plan.types';
import { CreditsScalar, DateTimeScalar, MetadataScalar } from './scalars';

registerEnumType(OVERDRAFT_POLICIES, {
  name: 'OverdraftPolicy',
  description: 'What happens to usage that costs more than the grants have left.',
  valuesConfig: {
    ALLOW: { description: 'It is accepted; the deficit is recorded, and the next grant settles it.' },
    LIMIT: { description: 'It is accepted as long as the deficit stays within a limit.' },
    FORBID: { description: 'It is refused.' },
  },
});

/** planVersion, planHistory and overdraftPolicies are added in customer.resolver. */
@ObjectType({ simpleResolvers: true, description: 'Who has credits and uses them up.' })
export class Customer implements DomainCustomer {
  key!: bigint;

  @Field(() => ID, { description: 'Chosen at creation; unique in the environment, forever.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => MetadataScalar, { description: 'The caller’s own data.' })
  metadata!: Readonly<Record<string, unknown>>;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was archived; null: it is active.' })
  archivedAt!: Date | null;
}

export const CustomerConnection = connectionType(Customer, 'Customers, by id.');

@ObjectType({ simpleResolvers: true, description: 'A time a customer is on one version of a plan.' })
export class CustomerPlanPeriod implements DomainPlanPeriod {
  @Field(() => PlanVersion, { description: 'The version that prices the usage of this time.' })
  planVersion!: PlanVersion;

  @Field(() => DateTimeScalar, { description: 'The first instant of this time.' })
  from!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The first instant after this time; null: until further notice.' })
  to!: Date | null;
}

export const CustomerPlanPeriodConnection = connectionType(
  CustomerPlanPeriod,
  'The times a customer is on a version of a plan, the latest first. Times on no plan are left out; scheduled ones are there.',
);

/** currency is added in customer.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What happens when usage of a customer exceeds its grants of one currency.' })
export class CustomerOverdraftPolicy implements DomainCustomerOverdraftPolicy {
  customerKey!: bigint;
  currencyKey!: number;
  currencyId!: string;

  @Field(() => OVERDRAFT_POLICIES, { description: 'What happens.' })
  policy!: OverdraftPolicy;

  @Field(() => CreditsScalar, { nullable: true, description: 'With LIMIT: the largest deficit of one pool. Otherwise null.' })
  limit!: Credits | null;
}

@InputType({ description: 'A new customer.' })
export class CreateCustomerInput {
  @Field(() => ID, { description: '1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.' })
  id!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;

  @Field(() => MetadataScalar, { nullable: true, description: 'The caller’s own data; absent: an empty object.' })
  metadata?: unknown;

  @Field(() => ID, { nullable: true, description: 'The plan to put it on; absent: none.' })
  planId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'With `planId`: from when on; it may be in the past or the future. Absent: now.' })
  planValidFrom?: Date | null;
}

@InputType({ description: 'What is to change of a customer; what is absent or null stays.' })
export class UpdateCustomerInput {
  @Field(() => ID, { description: 'The customer.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'The caller’s own data; it replaces what is there.' })
  metadata?: unknown;
}

@InputType({ description: 'The customer to archive.' })
export class ArchiveCustomerInput {
  @Field(() => ID, { description: 'The customer.' })
  id!: string;
}

@InputType({ description: 'The plan to put a customer on.' })
export class AssignPlanInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => ID, { description: 'The plan; it must have a published version.' })
  planId!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on; it may be in the past or the future, but must be after the plan change before it. Absent: now.',
  })
  validFrom?: Date | null;
}

@InputType({ description: 'The customer to take off its plan.' })
export class UnassignPlanInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on; it may be in the past or the future, but must be after the plan change before it. Absent: now.',
  })
  validFrom?: Date | null;
}

@InputType({ description: 'What is to happen when usage of a customer exceeds its grants of one currency.' })
export class SetOverdraftPolicyInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => ID, { description: 'The currency.' })
  currencyId!: string;

  @Field(() => OVERDRAFT_POLICIES, { description: 'What is to happen.' })
  policy!: OverdraftPolicy;

  @Field(() => CreditsScalar, { nullable: true, description: 'With LIMIT, and only then: the largest deficit of one pool, at least 0.' })
  limit?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What `createCustomer` answers.' })
export class CreateCustomerPayload {
  @Field(() => Customer, { description: 'The new customer.' })
  customer!: Customer;
}

@ObjectType({ simpleResolvers: true, description: 'What `updateCustomer` answers.' })
export class UpdateCustomerPayload {
  @Field(() => Customer, { description: 'The customer after the change.' })
  customer!: Customer;
}

@ObjectType({ simpleResolvers: true, description: 'What `archiveCustomer` answers.' })
export class ArchiveCustomerPayload {
  @Field(() => Customer, { description: 'The archived customer.' })
  customer!: Customer;
}

@ObjectType({ simpleResolvers: true, description: 'What `assignPlan` answers.' })
export class AssignPlanPayload {
  @Field(() => Customer, { description: 'The customer after the change.' })
  customer!: Customer;
}

@ObjectType({ simpleResolvers: true, description: 'What `unassignPlan` answers.' })
export class UnassignPlanPayload {
  @Field(() => Customer, { description: 'The customer after the change.' })
  customer!: Customer;
}

@ObjectType({ simpleResolvers: true, description: 'What `setOverdraftPolicy` answers.' })
export class SetOverdraftPolicyPayload {
  @Field(() => CustomerOverdraftPolicy, { description: 'The policy as it is now.' })
  overdraftPolicy!: CustomerOverdraftPolicy;
}
