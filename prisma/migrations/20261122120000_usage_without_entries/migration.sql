-- Usage that cost nothing has no ledger entries, by which all other new usage of a pool is found; it is found by its receipt.
CREATE INDEX "usage_event_without_entries" ON "usage_event" ("customer_key", "key") WHERE "entry_count" = 0;
