import { Args, Authorized, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { UsageChange } from '../domain/usage-changes';
import { creditUsageChanges } from '../operations/credit-usage-changes';
import type { ApiContext } from './context';
import { CreditUsageChange, CreditUsageChangedArgs, readSequence, writeSequence } from './credit-usage-changed.types';
import { withKeys } from './credit-usage-groups';
import { heldPageOf, seriesOf } from './credit-usage.resolver';

@Resolver()
export class CreditUsageChangedResolver {
  @Authorized('CUSTOMER')
  @Subscription(() => CreditUsageChange, {
    subscribe: subscribeToUsage,
    description:
      'Tells what changes in a breakdown as usage is committed, whichever server it was reported to, at most about twice a second. Refuses, in this order: SEQUENCE_INVALID (no sequence), ' +
      'ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (customerIds, filters, asOf), SEQUENCE_INVALID (of another input, or older than a day), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, ' +
      'CURRENCY_NOT_FOUND, CURRENCY_REQUIRED. Role: READER or above, or a customer token.',
  })
  creditUsageChanged(@Root() change: UsageChange, @Args(() => CreditUsageChangedArgs) _args: CreditUsageChangedArgs): CreditUsageChange {
    const { query, digest, total, seriesCount, moreChanged } = change;
    const { from, to } = query.range;
    const { asOf } = query.snapshot;
    const sequence = writeSequence(digest, heldPageOf(query));
    return { series: seriesOf(change), moreChanged, total, seriesCount, from, to, asOf, sequence };
  }
}

async function subscribeToUsage({ args, context }: SubscribeResolverData<unknown, CreditUsageChangedArgs, ApiContext>) {
  const after = readSequence(args.after);
  return creditUsageChanges(context.services.feed, context.context, withKeys(args.input), after);
}
