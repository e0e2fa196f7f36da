import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
  type SubscribeResolverData,
} from 'type-graphql';
import type { Backtest as DomainBacktest } from '../domain/backtest';
import { requireFound } from '../domain/catalog-input';
import { backtestPlan } from '../operations/backtest-plan';
import { cancelBacktest } from '../operations/cancel-backtest';
import { findBacktest, listBacktests } from '../store/backtests';
import { findPlan } from '../store/plans';
import {
  Backtest,
  BacktestConnection,
  backtestId,
  backtestKey,
  BacktestPlanInput,
  BacktestPlanPayload,
  BacktestResult,
  BacktestsArgs,
  CancelBacktestInput,
  CancelBacktestPayload,
} from './backtest.types';
import { CandidateRate } from './candidate-rate.types';
import type { ApiContext } from './context';
import { pageRequest, toConnection } from './paging';
import { Plan } from './plan.types';
import { DateTimeScalar } from './scalars';

const LIST = 'backtests';

@Resolver(() => Backtest)
export class BacktestResolver {
  @Authorized('READER')
  @Query(() => Backtest, {
    nullable: true,
    description: 'One back-test; null where there is none of this id, or it is not kept any more. Role: READER or above.',
  })
  backtest(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { services, context }: ApiContext,
  ): Promise<DomainBacktest | null> | null {
    const key = backtestKey(id);
    return key === null ? null : findBacktest(services.database.pool, context.environmentKey, key);
  }

  @Authorized('READER')
  @Query(() => BacktestConnection, {
    description:
      'The back-tests of a plan, the newest first. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, PLAN_NOT_FOUND. Role: READER or above.',
  })
  async backtests(@Args(() => BacktestsArgs) args: BacktestsArgs, @Ctx() { services, context }: ApiContext) {
    const request = pageRequest(args, LIST, ['whole']);
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', args.planId, await findPlan(services.database, context.environmentKey, args.planId));
    return toConnection(await listBacktests(services.database.pool, plan.key, request), LIST, ({ key }) => [key.toString()]);
  }

  @Authorized('ADMIN')
  @Mutation(() => BacktestPlanPayload, {
    description:
      'Tries rates on past usage: those of a draft, of any version, or one rate. It changes nothing that is charged. A server does one at a time, and all that wait in their order. ' +
      'Refuses, in this order: INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID, TIME_RANGE_INVALID, PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND (or there is no draft), ' +
      'FEATURE_NOT_FOUND, CUSTOMER_NOT_FOUND, TRY_AGAIN (20 of the environment wait). Role: ADMIN.',
  })
  async backtestPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => BacktestPlanInput, { description: 'Which rates, and on what.' }) input: BacktestPlanInput,
  ): Promise<BacktestPlanPayload> {
    return { backtest: await backtestPlan(services.backtests, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => CancelBacktestPayload, {
    description: 'Ends a back-test that waits or is under way. Refuses, in this order: BACKTEST_NOT_FOUND, BACKTEST_FINISHED. Role: ADMIN.',
  })
  async cancelBacktest(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CancelBacktestInput, { description: 'Which one.' }) { id }: CancelBacktestInput,
  ): Promise<CancelBacktestPayload> {
    return { backtest: await cancelBacktest(services.database, context, backtestKey(id)) };
  }

  @Authorized('READER')
  @Subscription(() => Backtest, {
    subscribe: subscribeToBacktest,
    description:
      'Tells a back-test as it is, and then each time it has got on, whichever server does it, at most about twice a second; ends when it is over. Refuses: BACKTEST_NOT_FOUND. Role: READER or above.',
  })
  backtestChanged(@Root() backtest: DomainBacktest, @Arg('id', () => ID, { description: 'Its id.' }) _id: string): DomainBacktest {
    return backtest;
  }

  @FieldResolver(() => ID, { description: 'Given when it was asked for.' })
  id(@Root() { key }: Backtest): string {
    return backtestId(key);
  }

  @FieldResolver(() => Plan, { description: 'The plan whose customers’ usage counts.' })
  plan(@Root() { planKey }: Backtest, @Ctx() { loaders }: ApiContext) {
    return loaders.planByKey.load(planKey);
  }

  @FieldResolver(() => [CandidateRate], { description: 'The rates that are tried.' })
  rates(@Root() { rates }: Backtest): CandidateRate[] {
    return [...rates.byFeature.values()];
  }

  @FieldResolver(() => [ID], { nullable: true, description: 'The customers it is limited to; null: all that were on the plan.' })
  async customerIds(@Root() { customerKeys }: Backtest, @Ctx() { loaders }: ApiContext): Promise<string[] | null> {
    const customers = await Promise.all(customerKeys.map((key) => loaders.customerByKey.load(key)));
    return customers.length === 0 ? null : customers.map(({ id }) => id);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When it began: what was committed by then counts, and nothing else. Null: it has not begun.',
  })
  asOf(@Root() { startedAt }: Backtest): Date | null {
    return startedAt;
  }

  @FieldResolver(() => BacktestResult, { nullable: true, description: 'What it has found out; null until it is DONE.' })
  result(@Root() { key, state }: Backtest): BacktestResult | null {
    return state === 'DONE' ? { key } : null;
  }
}

function subscribeToBacktest({ args, context }: SubscribeResolverData<unknown, { id: string }, ApiContext>) {
  return context.services.backtestFeed.changesOf(context.context, backtestKey(args.id));
}
