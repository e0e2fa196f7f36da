-- The few entries of a pool that are no usage. What was granted and forfeited up to any entry is the sum of a handful of them,
-- and what was consumed follows, however many entries of usage lie between.
CREATE INDEX "ledger_entry_milestones" ON "ledger_entry" ("customer_key", "pool_key", "sequence") INCLUDE ("kind", "amount")
    WHERE "kind" <> 'CONSUMED';
