import { Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { balanceBefore } from '../domain/ledger-entry';
import { parametersOf, stepsOf } from '../domain/price';
import type { UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import { creditLedger } from '../operations/credit-ledger';
import type { ApiContext } from './context';
import { CreditGrant, creditGrantKeys } from './credit-grant.types';
import { Currency } from './currency.types';
import { FormulaStep } from './formula.types';
import { CreditLedgerArgs, LedgerCalculation, LedgerEntry, LedgerEntryConnection, ledgerEntryId } from './ledger-entry.types';
import { pageRequest, toConnection } from './paging';
import { CreditsScalar } from './scalars';
import { UsageEvent } from './usage-event.types';

const LIST = 'creditLedger';

@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  @Authorized('CUSTOMER')
  @Query(() => LedgerEntryConnection, {
    description:
      'The lines of a customer’s pools, by time; lines of one instant by pool and sequence. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, ID_INVALID (resourceId), INPUT_INVALID (dimensions), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, FEATURE_NOT_FOUND, CREDIT_GRANT_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditLedger(@Args(() => CreditLedgerArgs) args: CreditLedgerArgs, @Ctx() { services, context }: ApiContext) {
    const grant = typeof args.grantId === 'string' ? (creditGrantKeys(args.grantId) ?? 'UNKNOWN') : args.grantId;
    const page = await creditLedger(services.database, context, { ...args, grant }, pageRequest(args, LIST, ['instant', 'whole', 'whole']));
    return toConnection(page, LIST, (entry) => [entry.at.toISOString(), entry.poolKey.toString(), entry.sequence.toString()]);
  }

  @FieldResolver(() => ID, { description: 'Given when it was written.' })
  id(@Root() entry: LedgerEntry): string {
    return ledgerEntryId(entry);
  }

  @FieldResolver(() => String, { description: 'Its number in the pool, as decimal text: 1, 2, 3 … without a gap.' })
  sequence(@Root() entry: LedgerEntry): string {
    return entry.sequence.toString();
  }

  @FieldResolver(() => Currency, { description: 'The currency of the pool.' })
  async currency(@Root() entry: LedgerEntry, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load((await loaders.pool.load(entry)).currencyKey);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The resource whose pool it is; null: the customer’s own pool.' })
  async resourceId(@Root() entry: LedgerEntry, @Ctx() { loaders }: ApiContext): Promise<string | null> {
    return (await loaders.pool.load(entry)).resourceId;
  }

  @FieldResolver(() => CreditsScalar, { description: 'The balance of the pool before this entry; negative while overdrawn.' })
  balanceBefore(@Root() entry: LedgerEntry): Credits {
    return balanceBefore(entry);
  }

  @FieldResolver(() => CreditGrant, { nullable: true, description: 'The grant that gained or lost; null: the overdraft did.' })
  grant(@Root() { customerKey, grantKey }: LedgerEntry, @Ctx() { loaders }: ApiContext) {
    return grantKey === null ? null : loaders.grant.load({ customerKey, key: grantKey });
  }

  @FieldResolver(() => UsageEvent, { nullable: true, description: 'The usage that was charged; null: it is no usage.' })
  event(@Root() { customerKey, eventKey }: LedgerEntry, @Ctx() { loaders }: ApiContext) {
    return eventKey === null ? null : loaders.event.load({ customerKey, key: eventKey });
  }

  @FieldResolver(() => LedgerCalculation, {
    nullable: true,
    description: 'How the cost was computed; null: it is no usage, or the amount was stated (consumeCredits) and nothing was computed.',
  })
  async calculation(@Root() { customerKey, eventKey }: LedgerEntry, @Ctx() { loaders }: ApiContext): Promise<LedgerCalculation | null> {
    return eventKey === null ? null : calculationOf(await loaders.event.load({ customerKey, key: eventKey }));
  }
}

@Resolver(() => LedgerCalculation)
export class LedgerCalculationResolver {
  @FieldResolver(() => [FormulaStep], {
    description: 'Every intermediate value of the formula, inner parts first; the branch not taken has none. Empty with FLAT.',
  })
  steps(@Root() { usage }: LedgerCalculation) {
    return stepsOf(usage);
  }
}

function calculationOf(event: DomainUsageEvent): LedgerCalculation | null {
  const { rate, cost } = event.charge;
  if (!rate) return null;
  const { pricing } = rate;
  const isFlat = pricing.mode === 'FLAT';
  return {
    usage: event,
    rate,
    mode: pricing.mode,
    creditsPerUnit: isFlat ? pricing.creditsPerUnit : null,
    formula: isFlat ? null : pricing.formula,
    parameters: parametersOf(event),
    cost,
  };
}
