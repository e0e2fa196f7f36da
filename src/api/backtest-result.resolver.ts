import { Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { featureIfGiven } from '../operations/lookups';
import { placeOfChangedPool, countChangedPools, listChangedPools, listRefusedSamples, placeOfSample } from '../store/backtest-answers';
import { backtestCells, loadCurrencyImpacts, loadRefusalImpacts } from '../store/impact';
import {
  BacktestResult,
  PoolRunOut,
  PoolRunOutConnection,
  RefusedEvent,
  RefusedEventConnection,
  RefusedEventsArgs,
  RunOutCounts,
  RunOutsArgs,
} from './backtest.types';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Customer } from './customer.types';
import { CurrencyImpact, RefusalImpact } from './impact.types';
import { pageRequest, toConnection } from './paging';
import { CreditsScalar, DateTimeScalar } from './scalars';
import { UsageEvent } from './usage-event.types';

const REFUSED_LIST = 'backtest.refusedEvents';
const RUN_OUT_LIST = 'backtest.runOuts';

@Resolver(() => BacktestResult)
export class BacktestResultResolver {
  @FieldResolver(() => [CurrencyImpact], { description: 'Old and new sums, by currency; empty where no event counts.' })
  async currencies(@Root() { key }: BacktestResult, @Ctx() { services }: ApiContext): Promise<CurrencyImpact[]> {
    const source = backtestCells(key);
    return (await loadCurrencyImpacts(services.database.pool, source)).map((impact) => ({ ...impact, source }));
  }

  @FieldResolver(() => [RefusalImpact], { description: 'Which events would have been refused, by feature and reason, the most frequent first.' })
  refusals(@Root() { key }: BacktestResult, @Ctx() { services }: ApiContext): Promise<RefusalImpact[]> {
    return loadRefusalImpacts(services.database.pool, backtestCells(key));
  }

  @FieldResolver(() => RefusedEventConnection, {
    description: 'Some of the events that would have been refused. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, FEATURE_NOT_FOUND.',
  })
  async refusedEvents(
    @Root() { key }: BacktestResult,
    @Args(() => RefusedEventsArgs) args: RefusedEventsArgs,
    @Ctx() { services, context }: ApiContext,
  ) {
    const request = pageRequest(args, REFUSED_LIST, ['whole', 'text', 'whole', 'whole']);
    const feature = await featureIfGiven(services.database, context, args.featureId);
    const filter = { featureKey: feature?.key ?? null, code: args.code ?? null };
    return toConnection(await listRefusedSamples(services.database.pool, key, filter, request), REFUSED_LIST, placeOfSample);
  }

  @FieldResolver(() => RunOutCounts, { description: 'How many pools would have run out at another instant.' })
  async runOutCounts(@Root() { key }: BacktestResult, @Ctx() { services }: ApiContext): Promise<RunOutCounts> {
    const counts = await countChangedPools(services.database.pool, key);
    const [newly = 0, sooner = 0, later = 0, noLonger = 0] = (['NEWLY', 'SOONER', 'LATER', 'NO_LONGER'] as const).map((kind) => counts.get(kind));
    return { newly, sooner, later, noLonger };
  }

  @FieldResolver(() => PoolRunOutConnection, {
    description: 'Pools that would have run out at another instant, and when. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID.',
  })
  async runOuts(@Root() { key }: BacktestResult, @Args(() => RunOutsArgs) args: RunOutsArgs, @Ctx() { services }: ApiContext) {
    const request = pageRequest(args, RUN_OUT_LIST, ['instant', 'whole', 'whole']);
    return toConnection(await listChangedPools(services.database.pool, key, args.kinds ?? null, request), RUN_OUT_LIST, placeOfChangedPool);
  }
}

@Resolver(() => RefusedEvent)
export class RefusedEventResolver {
  @FieldResolver(() => UsageEvent, { description: 'The event, with what it was charged.' })
  event(@Root() { customerKey, eventKey: key }: RefusedEvent, @Ctx() { loaders }: ApiContext) {
    return loaders.event.load({ customerKey, key });
  }
}

@Resolver(() => PoolRunOut)
export class PoolRunOutResolver {
  @FieldResolver(() => Customer, { description: 'Whose pool.' })
  customer(@Root() { customerKey }: PoolRunOut, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(customerKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency of the pool.' })
  async currency(@Root() pool: PoolRunOut, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load((await loaders.pool.load(pool)).currencyKey);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The resource of the pool; null: the customer’s own pool.' })
  async resourceId(@Root() pool: PoolRunOut, @Ctx() { loaders }: ApiContext): Promise<string | null> {
    return (await loaders.pool.load(pool)).resourceId;
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'When it had nothing left; null: it always had something left.' })
  oldRanOutAt(@Root() pool: PoolRunOut): Date | null {
    return pool.old.ranOutAt;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When it would have had nothing left; null: it would always have had something left.',
  })
  newRanOutAt(@Root() pool: PoolRunOut): Date | null {
    return pool.new.ranOutAt;
  }

  @FieldResolver(() => CreditsScalar, { description: 'Its balance after the last event that counts.' })
  oldBalance(@Root() pool: PoolRunOut): Credits {
    return pool.old.balance;
  }

  @FieldResolver(() => CreditsScalar, { description: 'What the balance would have been then; negative: what would have been missing.' })
  newBalance(@Root() pool: PoolRunOut): Credits {
    return pool.new.balance;
  }
}
