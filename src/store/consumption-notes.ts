import type { ChargedEvent } from '../domain/usage-batch';
import type { Transaction } from './database';
import { plainColumn, textColumn } from './sql-arrays';

/** Adds why amounts were deducted, of the events where that was said. */
export async function addNotes(transaction: Transaction, charged: readonly ChargedEvent[]): Promise<void> {
  const noted = charged.filter(({ event: { reason, metadata } }) => reason !== null || Object.keys(metadata).length > 0);
  if (noted.length === 0) return;
  await transaction.query(
    'INSERT INTO consumption_note (customer_key, event_key, reason, metadata) SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::jsonb[])',
    [
      plainColumn(noted, ({ event }) => event.customerKey),
      plainColumn(noted, ({ event }) => event.key),
      textColumn(noted, ({ event }) => event.reason),
      textColumn(noted, ({ event }) => JSON.stringify(event.metadata)),
    ],
  );
}
