import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MOST_DIMENSIONS } from '../domain/dimensions';
import type { Feature as DomainFeature } from '../domain/feature';
import { Meter, MeterInput } from './meter.types';
import { connectionType } from './paging';
import { DateTimeScalar } from './scalars';

const NAMES = `0 to ${MOST_DIMENSIONS} names of dimensions, as events are reported with them`;
const LOOSE_DIMENSIONS = `${NAMES}, that are always loose in its events, such as a request id; none of them in rolledUpDimensions.`;
const ROLLED_UP_DIMENSIONS = `${NAMES}, that the server never loosens by itself in its events; numbers are loose all the same.`;
const FROM_THEN_ON = 'It holds for the events reported from then on.';

@ObjectType({ simpleResolvers: true, description: 'Something metered. What its usage costs is said by the rates of plans.' })
export class Feature implements DomainFeature {
  key!: number;

  @Field(() => ID, { description: 'Chosen at creation; unique in the environment, forever.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => String, { description: 'What one of the reported value is, such as `request`.' })
  unit!: string;

  @Field(() => [String], {
    description:
      'Dimensions that are always loose in its events: kept with each of them, and not in the dictionary of combinations that events share. Breakdowns by them are equally exact, and from sums where those pay.',
  })
  looseDimensions!: readonly string[];

  @Field(() => [String], {
    description:
      'Dimensions whose texts and booleans stay in the dictionary of combinations that its events share, however many values they have. The server loosens others by itself where they have too many.',
  })
  rolledUpDimensions!: readonly string[];

  @Field(() => Meter, { nullable: true, description: 'Which raw events (reportEvents) are its usage; null: none.' })
  meter!: Meter | null;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was archived; null: it is in use.' })
  archivedAt!: Date | null;
}

export const FeatureConnection = connectionType(Feature, 'Features, by id.');

@InputType({ description: 'A new feature.' })
export class CreateFeatureInput {
  @Field(() => ID, { description: '1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.' })
  id!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;

  @Field(() => String, { defaultValue: 'unit', description: 'What one of the reported value is, 1 to 64 characters.' })
  unit!: string;

  @Field(() => [String], { defaultValue: [], description: LOOSE_DIMENSIONS })
  looseDimensions!: string[];

  @Field(() => [String], { defaultValue: [], description: ROLLED_UP_DIMENSIONS })
  rolledUpDimensions!: string[];

  @Field(() => MeterInput, { nullable: true, description: 'Which raw events are its usage; absent: none.' })
  meter?: MeterInput | null;
}

@InputType({ description: 'What is to change of a feature; what is absent or null stays, but for `meter`.' })
export class UpdateFeatureInput {
  @Field(() => ID, { description: 'The feature.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What one of the reported value is, 1 to 64 characters.' })
  unit?: string | null;

  @Field(() => [String], { nullable: true, description: `${LOOSE_DIMENSIONS} Replaces the list. ${FROM_THEN_ON}` })
  looseDimensions?: string[] | null;

  @Field(() => [String], { nullable: true, description: `${ROLLED_UP_DIMENSIONS} Replaces the list. ${FROM_THEN_ON}` })
  rolledUpDimensions?: string[] | null;

  @Field(() => MeterInput, {
    nullable: true,
    description: `Which raw events are its usage. Replaces the meter as a whole; null takes it away, absent leaves it. ${FROM_THEN_ON}`,
  })
  meter?: MeterInput | null;
}

@InputType({ description: 'The feature to archive.' })
export class ArchiveFeatureInput {
  @Field(() => ID, { description: 'The feature.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `createFeature` answers.' })
export class CreateFeaturePayload {
  @Field(() => Feature, { description: 'The new feature.' })
  feature!: Feature;
}

@ObjectType({ simpleResolvers: true, description: 'What `updateFeature` answers.' })
export class UpdateFeaturePayload {
  @Field(() => Feature, { description: 'The feature after the change.' })
  feature!: Feature;
}

@ObjectType({ simpleResolvers: true, description: 'What `archiveFeature` answers.' })
export class ArchiveFeaturePayload {
  @Field(() => Feature, { description: 'The archived feature.' })
  feature!: Feature;
}
