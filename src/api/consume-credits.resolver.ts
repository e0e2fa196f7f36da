import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { ConsumeCreditsInput, ConsumeCreditsPayload } from './consume-credits.types';
import type { ApiContext } from './context';

@Resolver()
export class ConsumeCreditsResolver {
  @Authorized('WRITER')
  @Mutation(() => ConsumeCreditsPayload, {
    description:
      'Deducts a stated amount, without a feature and a rate. It is an event like reported usage: in the ledger, in usageEvents and in breakdowns, where its feature is null. ' +
      'When it answers, all of it is committed. Refuses, in this order: ID_INVALID, INPUT_INVALID, AMOUNT_INVALID, TIMESTAMP_INVALID, DIMENSION_INVALID, CUSTOMER_NOT_FOUND, ' +
      'IDEMPOTENCY_KEY_REUSED, ARCHIVED (customer), CURRENCY_NOT_FOUND, ARCHIVED (currency), INSUFFICIENT_CREDITS, BALANCE_OUT_OF_RANGE. ' +
      'TRY_AGAIN: the outcome is not known; repeat it with the same idempotencyKey. Role: WRITER or above.',
  })
  async consumeCredits(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => ConsumeCreditsInput, { description: 'What to deduct.' }) input: ConsumeCreditsInput,
  ): Promise<ConsumeCreditsPayload> {
    const outcome = await services.collector.consume(context, input);
    if ('error' in outcome) throw outcome.error;
    return outcome;
  }
}
