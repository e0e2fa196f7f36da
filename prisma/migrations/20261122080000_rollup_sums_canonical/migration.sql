-- A sum of a rollup is written in one way only (src/domain/README.md): a large part has 0 or 1 beside it.
-- Where a row came to need its large part by carrying alone, it now stands as if it held a large amount: the same sum, and "drawdown rollups rebuild" knows the rest.
UPDATE "usage_rollup" SET "credits_large" = "credits_small" * 0.000000001 + "credits_large", "credits_small" = 0
    WHERE "credits_large" IS NOT NULL;
UPDATE "usage_rollup" SET "value_large" = "value_small" * 0.000000001 + "value_large", "value_small" = 0
    WHERE "value_large" IS NOT NULL;

ALTER TABLE "usage_rollup"
    ADD CONSTRAINT "usage_rollup_credits_canonical" CHECK ("credits_large" IS NULL OR "credits_small" IN (0, 1)),
    ADD CONSTRAINT "usage_rollup_value_canonical" CHECK ("value_large" IS NULL OR "value_small" IN (0, 1));
