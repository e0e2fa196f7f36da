-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('ADMIN', 'WRITER', 'READER');

-- CreateEnum
CREATE TYPE "PlanVersionStatus" AS ENUM ('DRAFT', 'PUBLISHED');

-- CreateEnum
CREATE TYPE "RateMode" AS ENUM ('FLAT', 'FORMULA');

-- CreateEnum
CREATE TYPE "GrantCategory" AS ENUM ('PROMOTIONAL', 'RECURRING', 'PAID');

-- CreateEnum
CREATE TYPE "DimensionType" AS ENUM ('TEXT', 'NUMBER', 'BOOLEAN');

-- CreateEnum
CREATE TYPE "OverdraftPolicy" AS ENUM ('ALLOW', 'LIMIT', 'FORBID');

-- CreateEnum
CREATE TYPE "LedgerEntryKind" AS ENUM ('GRANTED', 'CONSUMED', 'OVERDRAFT_SETTLED', 'EXPIRED', 'VOIDED');

-- CreateTable
CREATE TABLE "environment" (
    "key" SERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_key" INTEGER,
    "catalog_revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "environment_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "currency" (
    "key" SERIAL NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "symbol" TEXT,
    "unit_singular" TEXT NOT NULL,
    "unit_plural" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "currency_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "feature" (
    "key" SERIAL NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "loose_dimensions" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "rolled_up_dimensions" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "feature_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "plan" (
    "key" SERIAL NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "plan_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "plan_version" (
    "key" SERIAL NOT NULL,
    "plan_key" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "status" "PlanVersionStatus" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "plan_version_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "rate" (
    "key" SERIAL NOT NULL,
    "plan_version_key" INTEGER NOT NULL,
    "feature_key" INTEGER NOT NULL,
    "currency_key" INTEGER NOT NULL,
    "mode" "RateMode" NOT NULL,
    "credits_per_unit" DECIMAL(38,12),
    "formula" TEXT,

    CONSTRAINT "rate_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "customer" (
    "key" BIGSERIAL NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "customer_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "customer_plan" (
    "customer_key" BIGINT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "plan_key" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_plan_pkey" PRIMARY KEY ("customer_key","valid_from")
);

-- CreateTable
CREATE TABLE "customer_overdraft_policy" (
    "customer_key" BIGINT NOT NULL,
    "currency_key" INTEGER NOT NULL,
    "policy" "OverdraftPolicy" NOT NULL,
    "limit" DECIMAL(38,12),

    CONSTRAINT "customer_overdraft_policy_pkey" PRIMARY KEY ("customer_key","currency_key")
);

-- CreateTable
CREATE TABLE "pool" (
    "customer_key" BIGINT NOT NULL,
    "key" BIGSERIAL NOT NULL,
    "currency_key" INTEGER NOT NULL,
    "resource_id" TEXT NOT NULL DEFAULT '',
    "balance" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "last_entry_at" TIMESTAMPTZ(3),

    CONSTRAINT "pool_pkey" PRIMARY KEY ("customer_key","key")
);

-- CreateTable
CREATE TABLE "credit_grant" (
    "customer_key" BIGINT NOT NULL,
    "key" BIGSERIAL NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "idempotency_key" TEXT,
    "amount" DECIMAL(38,12) NOT NULL,
    "remaining" DECIMAL(38,12) NOT NULL,
    "category" "GrantCategory" NOT NULL,
    "priority" INTEGER NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "cost_basis" DECIMAL(38,12),
    "reason" TEXT,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "activated" BOOLEAN NOT NULL DEFAULT false,
    "closed" BOOLEAN NOT NULL DEFAULT false,
    "depleted_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),

    CONSTRAINT "credit_grant_pkey" PRIMARY KEY ("customer_key","key")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "customer_key" BIGINT NOT NULL,
    "key" BIGINT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "feature_key" INTEGER NOT NULL,
    "rate_key" INTEGER NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "set_key" BIGINT NOT NULL,
    "loose_dimensions" JSONB,
    "value" DECIMAL(38,12) NOT NULL,
    "cost" DECIMAL(38,12) NOT NULL,
    "balance_after" DECIMAL(38,12) NOT NULL,
    "first_sequence" BIGINT NOT NULL,
    "entry_count" INTEGER NOT NULL,

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("customer_key","key")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "customer_key" BIGINT NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" "LedgerEntryKind" NOT NULL,
    "amount" DECIMAL(38,12) NOT NULL,
    "balance_after" DECIMAL(38,12) NOT NULL,
    "grant_key" BIGINT,
    "event_key" BIGINT,
    "event_at" TIMESTAMPTZ(3),
    "feature_key" INTEGER,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("customer_key","pool_key","sequence")
);

-- CreateTable
CREATE TABLE "dimension_set" (
    "customer_key" BIGINT NOT NULL,
    "key" BIGSERIAL NOT NULL,
    "hash" BYTEA NOT NULL,
    "dimensions" JSONB NOT NULL,

    CONSTRAINT "dimension_set_pkey" PRIMARY KEY ("customer_key","key")
);

-- CreateTable
CREATE TABLE "dimension_key" (
    "customer_key" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "type" "DimensionType" NOT NULL,
    "loose" BOOLEAN NOT NULL,

    CONSTRAINT "dimension_key_pkey" PRIMARY KEY ("customer_key","name","type","loose")
);

-- CreateTable
CREATE TABLE "loosened_dimension" (
    "customer_key" BIGINT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "loosened_dimension_pkey" PRIMARY KEY ("customer_key","name")
);

-- CreateTable
CREATE TABLE "usage_rollup" (
    "customer_key" BIGINT NOT NULL,
    "days" SMALLINT NOT NULL,
    "start" INTEGER NOT NULL,
    "set_key" BIGINT NOT NULL,
    "rate_key" INTEGER NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "grant_key" BIGINT NOT NULL,
    "credits_small" BIGINT NOT NULL,
    "credits_large" DECIMAL(50,12),
    "value_small" BIGINT NOT NULL,
    "value_large" DECIMAL(50,12),
    "event_count" BIGINT NOT NULL,

    CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("customer_key","days","start","set_key","rate_key","pool_key","grant_key")
);

-- CreateIndex
CREATE UNIQUE INDEX "environment_id_key" ON "environment"("id");

-- CreateIndex
CREATE INDEX "environment_parent_key_idx" ON "environment"("parent_key");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_secret_hash_key" ON "api_key"("secret_hash");

-- CreateIndex
CREATE INDEX "api_key_environment_key_idx" ON "api_key"("environment_key");

-- CreateIndex
CREATE UNIQUE INDEX "currency_environment_key_id_key" ON "currency"("environment_key", "id");

-- CreateIndex
CREATE UNIQUE INDEX "feature_environment_key_id_key" ON "feature"("environment_key", "id");

-- CreateIndex
CREATE UNIQUE INDEX "plan_environment_key_id_key" ON "plan"("environment_key", "id");

-- CreateIndex
CREATE UNIQUE INDEX "plan_version_plan_key_number_key" ON "plan_version"("plan_key", "number");

-- CreateIndex
CREATE INDEX "rate_feature_key_idx" ON "rate"("feature_key");

-- CreateIndex
CREATE INDEX "rate_currency_key_idx" ON "rate"("currency_key");

-- CreateIndex
CREATE UNIQUE INDEX "rate_plan_version_key_feature_key_key" ON "rate"("plan_version_key", "feature_key");

-- CreateIndex
CREATE UNIQUE INDEX "customer_environment_key_id_key" ON "customer"("environment_key", "id");

-- CreateIndex
CREATE INDEX "customer_plan_plan_key_idx" ON "customer_plan"("plan_key");

-- CreateIndex
CREATE INDEX "customer_overdraft_policy_currency_key_idx" ON "customer_overdraft_policy"("currency_key");

-- CreateIndex
CREATE INDEX "pool_currency_key_idx" ON "pool"("currency_key");

-- CreateIndex
CREATE UNIQUE INDEX "pool_customer_key_currency_key_resource_id_key" ON "pool"("customer_key", "currency_key", "resource_id");

-- CreateIndex
CREATE INDEX "credit_grant_customer_key_pool_key_closed_idx" ON "credit_grant"("customer_key", "pool_key", "closed");

-- CreateIndex
CREATE UNIQUE INDEX "credit_grant_customer_key_idempotency_key_key" ON "credit_grant"("customer_key", "idempotency_key");

-- CreateIndex
CREATE INDEX "usage_event_customer_key_at_key_idx" ON "usage_event"("customer_key", "at", "key");

-- CreateIndex
CREATE UNIQUE INDEX "usage_event_customer_key_idempotency_key_key" ON "usage_event"("customer_key", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "dimension_set_customer_key_hash_key" ON "dimension_set"("customer_key", "hash");

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_parent_key_fkey" FOREIGN KEY ("parent_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "currency" ADD CONSTRAINT "currency_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature" ADD CONSTRAINT "feature_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_plan_key_fkey" FOREIGN KEY ("plan_key") REFERENCES "plan"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate" ADD CONSTRAINT "rate_plan_version_key_fkey" FOREIGN KEY ("plan_version_key") REFERENCES "plan_version"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate" ADD CONSTRAINT "rate_feature_key_fkey" FOREIGN KEY ("feature_key") REFERENCES "feature"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate" ADD CONSTRAINT "rate_currency_key_fkey" FOREIGN KEY ("currency_key") REFERENCES "currency"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer" ADD CONSTRAINT "customer_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_plan" ADD CONSTRAINT "customer_plan_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_plan" ADD CONSTRAINT "customer_plan_plan_key_fkey" FOREIGN KEY ("plan_key") REFERENCES "plan"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_overdraft_policy" ADD CONSTRAINT "customer_overdraft_policy_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_overdraft_policy" ADD CONSTRAINT "customer_overdraft_policy_currency_key_fkey" FOREIGN KEY ("currency_key") REFERENCES "currency"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pool" ADD CONSTRAINT "pool_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pool" ADD CONSTRAINT "pool_currency_key_fkey" FOREIGN KEY ("currency_key") REFERENCES "currency"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_grant" ADD CONSTRAINT "credit_grant_customer_key_pool_key_fkey" FOREIGN KEY ("customer_key", "pool_key") REFERENCES "pool"("customer_key", "key") ON DELETE RESTRICT ON UPDATE CASCADE;


-- From here on: by hand, what schema.prisma cannot say.
-- There are no foreign keys on usage_event, ledger_entry, usage_rollup and dimension_set: they would cost a lookup per row on the hottest path.
-- auditLedger checks what they would have guaranteed.

-- Domain rules, repeated where no program can go round them. (The ranges of amounts are the types: 26 digits before the point, 12 after.)

ALTER TABLE "environment" ADD CONSTRAINT "environment_id_form" CHECK ("id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$');
ALTER TABLE "currency" ADD CONSTRAINT "currency_id_form" CHECK ("id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$');
ALTER TABLE "feature" ADD CONSTRAINT "feature_id_form" CHECK ("id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$');
ALTER TABLE "plan" ADD CONSTRAINT "plan_id_form" CHECK ("id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$');
ALTER TABLE "customer" ADD CONSTRAINT "customer_id_form" CHECK ("id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$'),
    ADD CONSTRAINT "customer_metadata_form" CHECK (jsonb_typeof("metadata") = 'object');
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_secret_hash_form" CHECK (octet_length("secret_hash") = 32);

ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_number_range" CHECK ("number" >= 1),
    ADD CONSTRAINT "plan_version_published_at_iff_published" CHECK (("status" = 'PUBLISHED') = ("published_at" IS NOT NULL)),
    ADD CONSTRAINT "plan_version_one_draft" EXCLUDE USING btree ("plan_key" WITH =) WHERE ("status" = 'DRAFT');
ALTER TABLE "rate" ADD CONSTRAINT "rate_credits_per_unit_iff_flat" CHECK (("mode" = 'FLAT') = ("credits_per_unit" IS NOT NULL)),
    ADD CONSTRAINT "rate_formula_iff_formula" CHECK (("mode" = 'FORMULA') = ("formula" IS NOT NULL)),
    ADD CONSTRAINT "rate_credits_per_unit_range" CHECK ("credits_per_unit" >= 0);
ALTER TABLE "customer_overdraft_policy"
    ADD CONSTRAINT "customer_overdraft_policy_limit_iff_limit" CHECK (("policy" = 'LIMIT') = ("limit" IS NOT NULL)),
    ADD CONSTRAINT "customer_overdraft_policy_limit_range" CHECK ("limit" >= 0);

ALTER TABLE "pool" ADD CONSTRAINT "pool_resource_id_form" CHECK ("resource_id" = '' OR "resource_id" ~ '^[A-Za-z0-9_.:@$-]{1,255}$'),
    ADD CONSTRAINT "pool_sequence_range" CHECK ("sequence" >= 0),
    ADD CONSTRAINT "pool_last_entry_at_iff_entries" CHECK (("sequence" > 0) = ("last_entry_at" IS NOT NULL));
ALTER TABLE "credit_grant" ADD CONSTRAINT "credit_grant_amount_range" CHECK ("amount" > 0),
    ADD CONSTRAINT "credit_grant_remaining_range" CHECK ("remaining" BETWEEN 0 AND "amount"),
    ADD CONSTRAINT "credit_grant_expires_after_effective" CHECK ("expires_at" > "effective_at"),
    ADD CONSTRAINT "credit_grant_cost_basis_range" CHECK ("cost_basis" >= 0),
    ADD CONSTRAINT "credit_grant_metadata_form" CHECK (jsonb_typeof("metadata") = 'object');

ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_cost_range" CHECK ("cost" >= 0),
    ADD CONSTRAINT "usage_event_first_sequence_range" CHECK ("first_sequence" >= 0),
    ADD CONSTRAINT "usage_event_entry_count_range" CHECK ("entry_count" >= 0);
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_sequence_range" CHECK ("sequence" >= 1),
    ADD CONSTRAINT "ledger_entry_event_whole" CHECK (("event_key" IS NULL) = ("event_at" IS NULL)),
    ADD CONSTRAINT "ledger_entry_amount_sign" CHECK (
        CASE "kind" WHEN 'GRANTED' THEN "amount" > 0 WHEN 'OVERDRAFT_SETTLED' THEN TRUE ELSE "amount" <= 0 END
    );
ALTER TABLE "dimension_set" ADD CONSTRAINT "dimension_set_hash_form" CHECK (octet_length("hash") = 32),
    ADD CONSTRAINT "dimension_set_dimensions_form" CHECK (jsonb_typeof("dimensions") = 'object');
ALTER TABLE "dimension_key" ADD CONSTRAINT "dimension_key_number_is_loose" CHECK ("loose" OR "type" <> 'NUMBER');
ALTER TABLE "feature" ADD CONSTRAINT "feature_dimensions_disjoint" CHECK (NOT "loose_dimensions" && "rolled_up_dimensions");
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_loose_dimensions_form" CHECK (jsonb_typeof("loose_dimensions") = 'object');
ALTER TABLE "usage_rollup" ADD CONSTRAINT "usage_rollup_days_range" CHECK ("days" IN (1, 4, 16, 64)),
    ADD CONSTRAINT "usage_rollup_start_aligned" CHECK ("start" % "days" = 0),
    ADD CONSTRAINT "usage_rollup_credits_range" CHECK ("credits_small" >= 0 AND "credits_small" < 1000000000000000000 AND "credits_large" >= 0),
    ADD CONSTRAINT "usage_rollup_value_range" CHECK ("value_small" > -1000000000000000000 AND "value_small" < 1000000000000000000),
    ADD CONSTRAINT "usage_rollup_event_count_range" CHECK ("event_count" >= 0),
    ADD CONSTRAINT "usage_rollup_credits_canonical" CHECK ("credits_large" IS NULL OR "credits_small" IN (0, 1)),
    ADD CONSTRAINT "usage_rollup_value_canonical" CHECK ("value_large" IS NULL OR "value_small" IN (0, 1));

-- History is append-only: one refusal per statement, so that it costs nothing per row.

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER "ledger_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "usage_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "usage_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "dimension_set_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "dimension_set"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- A published plan version never changes, and neither do its rates.

CREATE FUNCTION "refuse_published_plan_version_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD."status" = 'PUBLISHED' THEN
        RAISE EXCEPTION 'a published plan version is immutable: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER "plan_version_immutable" BEFORE UPDATE OR DELETE ON "plan_version"
    FOR EACH ROW EXECUTE FUNCTION "refuse_published_plan_version_change"();

-- Locks the version, so that a rate cannot slip in while another transaction publishes.
CREATE FUNCTION "refuse_published_rate_change"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version_key integer;
    version_status "PlanVersionStatus";
BEGIN
    FOREACH version_key IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW."plan_version_key"]
        WHEN 'DELETE' THEN ARRAY[OLD."plan_version_key"]
        ELSE ARRAY[OLD."plan_version_key", NEW."plan_version_key"]
    END LOOP
        SELECT "status" INTO version_status FROM "plan_version" WHERE "key" = version_key FOR SHARE;
        IF version_status = 'PUBLISHED' THEN
            RAISE EXCEPTION 'the rates of a published plan version are immutable: % is refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER "rate_immutable_when_published" BEFORE INSERT OR UPDATE OR DELETE ON "rate"
    FOR EACH ROW EXECUTE FUNCTION "refuse_published_rate_change"();

CREATE TRIGGER "plan_version_no_truncate" BEFORE TRUNCATE ON "plan_version" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "rate_no_truncate" BEFORE TRUNCATE ON "rate" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- The greatest sequence of a pool whose entry is not later than the instant; 0 where there is none.
-- Entries never go back in time, so the primary key can be searched by time, and ledger_entry needs no index on it.
-- Gallops backwards from the newest entry (most questions are about recent instants), then halves.
CREATE FUNCTION "ledger_sequence_at"("customer" bigint, "pool" bigint, "instant" timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    low bigint := 0;
    high bigint;
    step bigint := 1;
    probe bigint;
    probe_at timestamptz;
BEGIN
    SELECT p."sequence" INTO high FROM "pool" p WHERE p."customer_key" = customer AND p."key" = pool;
    IF high IS NULL THEN
        RETURN 0;
    END IF;
    WHILE low < high LOOP
        probe := CASE WHEN low = 0 AND step <= high THEN high - step + 1 ELSE (low + high + 1) / 2 END;
        SELECT e."at" INTO probe_at FROM "ledger_entry" e
            WHERE e."customer_key" = customer AND e."pool_key" = pool AND e."sequence" = probe;
        IF probe_at <= instant THEN
            low := probe;
        ELSE
            high := probe - 1;
            step := step * 4;
        END IF;
    END LOOP;
    RETURN low;
END
$$;

-- sum(bigint) counts in 128 bits, which takes three times as long. This one fails where a sum leaves 64 bits (SQLSTATE 22003).

CREATE AGGREGATE "sum_small"(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);

-- Storage. Rows that are updated in place leave room on their page, so that an update touches no index (HOT);
-- tables that change fast are vacuumed by the thousand rows, not by the fifth part.

ALTER TABLE "pool" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE "credit_grant" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.05);
-- Few sums need more than 64 bits; a breakdown asks whether any does, and mostly need not add those columns up.
CREATE INDEX "usage_rollup_large" ON "usage_rollup" ("customer_key") WHERE "credits_large" IS NOT NULL OR "value_large" IS NOT NULL;
ALTER TABLE "usage_rollup" SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE "usage_event" SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "ledger_entry" SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "dimension_set" SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
