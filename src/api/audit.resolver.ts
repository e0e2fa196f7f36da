import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { auditLedger, type LedgerAudit as AuditAnswer } from '../operations/audit-ledger';
import { AuditLedgerInput, LedgerAudit, LedgerDifference } from './audit.types';
import type { ApiContext } from './context';

@Resolver(() => LedgerDifference)
export class AuditResolver {
  @Authorized('ADMIN')
  @Query(() => LedgerAudit, {
    description:
      'Recomputes all pools of a customer from nothing, as of one moment, and answers the differences. It takes time in proportion to the events. One runs at a time in a process. Refuses: CUSTOMER_NOT_FOUND; TRY_AGAIN, where too many wait. Role: ADMIN.',
  })
  auditLedger(
    @Arg('input', () => AuditLedgerInput, { description: 'Whose ledger.' }) input: AuditLedgerInput,
    @Ctx() { services, context }: ApiContext,
  ): Promise<AuditAnswer> {
    return auditLedger(services.database, context, input.customerId);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The currency of the pool; null: there is no such pool.' })
  currencyId(@Root() { pool }: LedgerDifference): string | null {
    return pool?.currencyId ?? null;
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The resource of the pool; null: the customer’s own pool.' })
  resourceId(@Root() { pool }: LedgerDifference): string | null {
    return pool?.resourceId ?? null;
  }
}
