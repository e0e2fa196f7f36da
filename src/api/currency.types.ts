import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Currency as DomainCurrency } from '../domain/currency';
import { connectionType } from './paging';
import { DateTimeScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'A type of credits. Balances, grants and charges of different currencies never mix.' })
export class Currency implements DomainCurrency {
  key!: number;

  @Field(() => ID, { description: 'Chosen at creation; unique in the environment, forever.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'A short sign written beside amounts; null: none.' })
  symbol!: string | null;

  @Field(() => String, { description: 'What one of it is called, such as `credit`.' })
  unitSingular!: string;

  @Field(() => String, { description: 'What several of it are called, such as `credits`.' })
  unitPlural!: string;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was archived; null: it is in use.' })
  archivedAt!: Date | null;
}

export const CurrencyConnection = connectionType(Currency, 'Currencies, by id.');

@InputType({ description: 'A new currency.' })
export class CreateCurrencyInput {
  @Field(() => ID, { description: '1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.' })
  id!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'A short sign written beside amounts, 1 to 16 characters.' })
  symbol?: string | null;

  @Field(() => String, { defaultValue: 'credit', description: 'What one of it is called, 1 to 64 characters.' })
  unitSingular!: string;

  @Field(() => String, { defaultValue: 'credits', description: 'What several of it are called, 1 to 64 characters.' })
  unitPlural!: string;
}

@InputType({ description: 'What is to change of a currency; what is absent or null stays, but for `symbol`, where null takes it away.' })
export class UpdateCurrencyInput {
  @Field(() => ID, { description: 'The currency.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'A short sign, 1 to 16 characters; null: none from now on.' })
  symbol?: string | null;

  @Field(() => String, { nullable: true, description: 'What one of it is called, 1 to 64 characters.' })
  unitSingular?: string | null;

  @Field(() => String, { nullable: true, description: 'What several of it are called, 1 to 64 characters.' })
  unitPlural?: string | null;
}

@InputType({ description: 'The currency to archive.' })
export class ArchiveCurrencyInput {
  @Field(() => ID, { description: 'The currency.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `createCurrency` answers.' })
export class CreateCurrencyPayload {
  @Field(() => Currency, { description: 'The new currency.' })
  currency!: Currency;
}

@ObjectType({ simpleResolvers: true, description: 'What `updateCurrency` answers.' })
export class UpdateCurrencyPayload {
  @Field(() => Currency, { description: 'The currency after the change.' })
  currency!: Currency;
}

@ObjectType({ simpleResolvers: true, description: 'What `archiveCurrency` answers.' })
export class ArchiveCurrencyPayload {
  @Field(() => Currency, { description: 'The archived currency.' })
  currency!: Currency;
}
