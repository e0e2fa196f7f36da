import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { requireFound } from '../domain/catalog-input';
import { firstDay, type Shadow as DomainShadow } from '../domain/shadow';
import { startShadow } from '../operations/start-shadow';
import { stopShadow } from '../operations/stop-shadow';
import { loadCurrencyImpacts, loadRefusalImpacts } from '../store/impact';
import { findPlan } from '../store/plans';
import { cellsOfShadow, findShadow, listShadows } from '../store/shadows';
import { CandidateRate } from './candidate-rate.types';
import type { ApiContext } from './context';
import { CurrencyImpact, RefusalImpact } from './impact.types';
import { pageRequest, toConnection } from './paging';
import { Plan } from './plan.types';
import {
  Shadow,
  ShadowConnection,
  shadowId,
  shadowKey,
  ShadowReport,
  ShadowReportArgs,
  ShadowsArgs,
  StartShadowInput,
  StartShadowPayload,
  StopShadowInput,
  StopShadowPayload,
} from './shadow.types';

const LIST = 'shadows';

@Resolver(() => Shadow)
export class ShadowResolver {
  @Authorized('READER')
  @Query(() => Shadow, { nullable: true, description: 'One shadow; null where there is none of this id. Role: READER or above.' })
  shadow(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { services, context }: ApiContext): Promise<DomainShadow | null> | null {
    const key = shadowKey(id);
    return key === null ? null : findShadow(services.database, context.environmentKey, key);
  }

  @Authorized('READER')
  @Query(() => ShadowConnection, {
    description:
      'The shadows of a plan, the newest first. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, PLAN_NOT_FOUND. Role: READER or above.',
  })
  async shadows(@Args(() => ShadowsArgs) args: ShadowsArgs, @Ctx() { services, context }: ApiContext) {
    const request = pageRequest(args, LIST, ['whole']);
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', args.planId, await findPlan(services.database, context.environmentKey, args.planId));
    return toConnection(await listShadows(services.database, plan.key, request), LIST, ({ key }) => [key.toString()]);
  }

  @Authorized('ADMIN')
  @Mutation(() => StartShadowPayload, {
    description:
      'Has rates evaluated beside those in force on each report, without charging. A plan has one shadow at most that goes on. ' +
      'Refuses, in this order: PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND (or there is no draft), ARCHIVED, SHADOW_EXISTS. Role: ADMIN.',
  })
  async startShadow(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => StartShadowInput, { description: 'Which rates.' }) input: StartShadowInput,
  ): Promise<StartShadowPayload> {
    return { shadow: await startShadow(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => StopShadowPayload, {
    description: 'Ends the shadow of a plan; what it has found out stays. Refuses, in this order: PLAN_NOT_FOUND, SHADOW_NOT_FOUND. Role: ADMIN.',
  })
  async stopShadow(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => StopShadowInput, { description: 'Whose.' }) { planId }: StopShadowInput,
  ): Promise<StopShadowPayload> {
    return { shadow: await stopShadow(services.database, context, planId) };
  }

  @FieldResolver(() => ID, { description: 'Given when it was started.' })
  id(@Root() { key }: Shadow): string {
    return shadowId(key);
  }

  @FieldResolver(() => Plan, { description: 'The plan whose customers’ reports are looked at.' })
  plan(@Root() { planKey }: Shadow, @Ctx() { loaders }: ApiContext) {
    return loaders.planByKey.load(planKey);
  }

  @FieldResolver(() => [CandidateRate], { description: 'The rates that are evaluated.' })
  rates(@Root() { rates }: Shadow): CandidateRate[] {
    return [...rates.byFeature.values()];
  }

  @FieldResolver(() => ShadowReport, { description: 'What it has found out so far, by days of the usage’s own time. Refuses: TIME_RANGE_INVALID.' })
  report(@Root() shadow: Shadow, @Args(() => ShadowReportArgs) { from, to }: ShadowReportArgs): ShadowReport {
    return { source: cellsOfShadow(shadow, { from: firstDay('from', from), to: firstDay('to', to) }) };
  }
}

@Resolver(() => ShadowReport)
export class ShadowReportResolver {
  @FieldResolver(() => [CurrencyImpact], { description: 'Old and new sums, by currency; empty where nothing was reported.' })
  async currencies(@Root() { source }: ShadowReport, @Ctx() { services }: ApiContext): Promise<CurrencyImpact[]> {
    return (await loadCurrencyImpacts(services.database.pool, source)).map((impact) => ({ ...impact, source }));
  }

  @FieldResolver(() => [RefusalImpact], { description: 'Which events would have been refused, by feature and reason, the most frequent first.' })
  refusals(@Root() { source }: ShadowReport, @Ctx() { services }: ApiContext): Promise<RefusalImpact[]> {
    return loadRefusalImpacts(services.database.pool, source);
  }
}
