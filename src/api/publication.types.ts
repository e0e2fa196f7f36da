import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PUBLICATION_SCOPES, PUBLICATION_STATUSES, type PlanPublication, type PublicationScope } from '../domain/publication';
import type { AffectsInput as DomainAffectsInput } from '../domain/publication-input';
import type { PlanPublishing } from '../operations/publish-plan';
import { decodeId, encodeId } from './global-id';
import { connectionType } from './paging';
import { DateTimeScalar } from './scalars';
import { Warning } from './warning.types';

registerEnumType(PUBLICATION_SCOPES, {
  name: 'PublicationScope',
  description: 'Whose usage a publication of a plan affects.',
  valuesConfig: {
    ALL_CUSTOMERS: { description: 'That of all customers on the plan, now and later.' },
    NEW_CUSTOMERS: {
      description:
        'That of customers whose time on the plan begins when the publication is effective, or later. The others stay on the version they are on.',
    },
    CUSTOMERS: { description: 'That of the customers that it names, as long as they are on the plan.' },
  },
});

registerEnumType(PUBLICATION_STATUSES, {
  name: 'PublicationStatus',
  description: 'What a publication is now.',
  valuesConfig: {
    SCHEDULED: { description: 'It will be effective later, by itself, and can be cancelled until then.' },
    EFFECTIVE: {
      description: 'It is effective, for ever: usage of its time is charged by it, unless a later publication is about the same customer.',
    },
    CANCELLED: { description: 'It was taken back before it was effective, and counts for nothing.' },
  },
});

/** id, plan, planVersion, status, replacedAt and customers are added in publication.resolver. */
@ObjectType({
  simpleResolvers: true,
  description:
    'One act of publishing a version of a plan. What prices the usage of a customer at an instant is the version of the latest publication that is ' +
    'effective by then, not cancelled, and about the customer; before there is one, the first that was published.',
})
export class Publication implements PlanPublication {
  key!: number;
  planKey!: number;
  planId!: string;
  planVersionKey!: number;
  versionNumber!: number;

  @Field(() => PUBLICATION_SCOPES, { description: 'Whose usage it affects.' })
  scope!: PublicationScope;

  @Field(() => DateTimeScalar, { description: 'From when on it prices usage, by the timestamps of the events: not before it was published.' })
  effectiveAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was published; no two publications of a plan have the same.' })
  publishedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the API key that published it; null: the server itself did, or it was published before this was kept.',
  })
  publishedBy!: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of that API key, which is not its secret.' })
  publishedByKeyId!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was cancelled; null: it was not.' })
  cancelledAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The name of the API key that cancelled it; null: it was not, or by the server itself.' })
  cancelledBy!: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of that API key, which is not its secret.' })
  cancelledByKeyId!: string | null;
}

export const PublicationConnection = connectionType(Publication, 'Publications of a plan, the latest first.');

export function publicationId(key: number): string {
  return encodeId('Publication', key);
}

/** The key in the id of a publication; null where it is no such id. */
export function publicationKey(id: string): number | null {
  const text = decodeId('Publication', id)?.[0] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

@InputType({ description: 'Whose usage a publication is to affect.' })
export class AffectsInput implements DomainAffectsInput {
  @Field(() => PUBLICATION_SCOPES, { description: 'All, the new ones, or those named.' })
  scope!: PublicationScope;

  @Field(() => [ID], { nullable: true, description: 'With CUSTOMERS, and only then: 1 to 1,000 different customers.' })
  customerIds?: string[] | null;
}

@InputType({ description: 'What to publish of a plan, for whom, and from when on.' })
export class PublishPlanInput implements PlanPublishing {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Publishes the draft: its revision when it was reviewed. A draft that has changed since is not published. Either this or `version`.',
  })
  revision?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Publishes again what was published before: the number of the version. Rolling back is this. Either this or `revision`.',
  })
  version?: number | null;

  @Field(() => AffectsInput, { description: 'Whose usage it affects.' })
  affects!: AffectsInput;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on, by the timestamps of the events; absent: now. It must not be in the past; in the future, it is scheduled.',
  })
  effectiveAt?: Date | null;
}

@InputType({ description: 'The publication to cancel.' })
export class CancelPublicationInput {
  @Field(() => ID, { description: 'The id of the publication, which must be scheduled.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `publishPlan` answers.' })
export class PublishPlanPayload {
  @Field(() => Publication, { description: 'The publication, with the version that it is of.' })
  publication!: PlanPublication;

  @Field(() => [Warning], { description: 'What may not be meant: in the rates, and customers that are named but not on the plan.' })
  warnings!: readonly Warning[];
}

@ObjectType({ simpleResolvers: true, description: 'What `cancelPublication` answers.' })
export class CancelPublicationPayload {
  @Field(() => Publication, { description: 'The cancelled publication.' })
  publication!: PlanPublication;
}
