import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { CandidateRates } from '../domain/candidate-rates';
import type { Shadow as DomainShadow } from '../domain/shadow';
import type { ImpactSource } from '../store/impact';
import { decodeId, encodeId } from './global-id';
import { ConnectionArgs, connectionType } from './paging';
import { DateTimeScalar } from './scalars';

/** id, plan, rates and report are added in shadow.resolver; any domain Shadow can stand where this type is asked for. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Rates that are evaluated beside those in force on each report that is charged by a rate of the plan, without charging anything: what they make of the usage that comes, ' +
    'as a back-test tells what they would have made of the usage that came. Whatever they do, no report is refused or charged otherwise for it.',
})
export class Shadow implements DomainShadow {
  key!: number;
  planKey!: number;
  rates!: CandidateRates;

  @Field(() => Int, { description: 'The number of the version of the plan whose rates they were.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When it was started. The rates are those of this instant; what is reported from then on counts.' })
  startedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was stopped; null: it goes on.' })
  stoppedAt!: Date | null;
}

export const ShadowConnection = connectionType(Shadow, 'Shadows of a plan, the newest first.');

export function shadowId(key: number): string {
  return encodeId('Shadow', key);
}

/** The key in the id of a shadow, which may belong to another environment; null where it is no such id. */
export function shadowKey(id: string): number | null {
  const text = decodeId('Shadow', id)?.[0] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** currencies and refusals are added in shadow.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What a shadow has found out so far: what was charged, beside what it would have charged.' })
export class ShadowReport {
  source!: ImpactSource;
}

@ArgsType()
export class ShadowsArgs extends ConnectionArgs {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;
}

@ArgsType()
export class ShadowReportArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Only usage of UTC days that begin at this instant or later, by its own time; absent: from the first on.',
  })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only usage of UTC days that begin before this instant; absent: to the last.' })
  to?: Date | null;
}

@InputType({ description: 'Which rates to evaluate.' })
export class StartShadowInput {
  @Field(() => ID, { description: 'The plan whose customers’ reports are looked at.' })
  planId!: string;

  @Field(() => Int, { nullable: true, description: 'The version whose rates are evaluated, a draft or not; absent: the draft.' })
  version?: number | null;
}

@InputType({ description: 'Whose shadow to stop.' })
export class StopShadowInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `startShadow` answers.' })
export class StartShadowPayload {
  @Field(() => Shadow, { description: 'The shadow, which every report from now on adds to.' })
  shadow!: DomainShadow;
}

@ObjectType({ simpleResolvers: true, description: 'What `stopShadow` answers.' })
export class StopShadowPayload {
  @Field(() => Shadow, { description: 'The shadow, which stays readable.' })
  shadow!: DomainShadow;
}
