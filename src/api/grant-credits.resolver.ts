import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { grantCredits } from '../operations/grant-credits';
import { voidCreditGrant } from '../operations/void-credit-grant';
import type { ApiContext } from './context';
import { creditGrantKeys } from './credit-grant.types';
import { GrantCreditsInput, GrantCreditsPayload, VoidCreditGrantInput, VoidCreditGrantPayload } from './grant-credits.types';

@Resolver()
export class GrantCreditsResolver {
  @Authorized('ADMIN')
  @Mutation(() => GrantCreditsPayload, {
    description:
      'Grants credits. One that is effective at once settles an overdraft at once, visibly in the ledger. Refuses, in this order: ID_INVALID, AMOUNT_INVALID, ' +
      'INPUT_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, INPUT_INVALID (expiresAt is not in the future), ARCHIVED (customer, currency), ' +
      'TOO_MANY_GRANTS, BALANCE_OUT_OF_RANGE. TRY_AGAIN: the outcome is not known. Repeat it with the same idempotencyKey; without one, look at creditGrants first whether it was ' +
      'made, as a repeat would grant again. Role: ADMIN.',
  })
  grantCredits(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => GrantCreditsInput, { description: 'The grant.' }) input: GrantCreditsInput,
  ): Promise<GrantCreditsPayload> {
    return grantCredits(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => VoidCreditGrantPayload, {
    description:
      'Takes back what is left of a grant, scheduled or active; what was drawn stays drawn. Refuses, in this order: CREDIT_GRANT_NOT_FOUND, CREDIT_GRANT_CLOSED. TRY_AGAIN: the outcome is not known; a repeat answers CREDIT_GRANT_CLOSED where the first was done. Role: ADMIN.',
  })
  async voidCreditGrant(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => VoidCreditGrantInput, { description: 'Which grant.' }) { grantId }: VoidCreditGrantInput,
  ): Promise<VoidCreditGrantPayload> {
    return { grant: await voidCreditGrant(services.database, context, creditGrantKeys(grantId)) };
  }
}
