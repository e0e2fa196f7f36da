-- Rollups per customer and dimensions, kept where they are asked for, instead of one by all dimensions.
-- The cells that there were are dropped: those of the base rollup are summed up below, the others come back as they are asked for.

-- CreateEnum
CREATE TYPE "RollupState" AS ENUM ('FILLING', 'READY', 'RETIRED', 'DECLINED');

-- CreateTable
CREATE TABLE "rollup" (
    "customer_key" BIGINT NOT NULL,
    "key" SMALLINT NOT NULL,
    "dimensions" TEXT[],
    "by_rate" BOOLEAN NOT NULL,
    "by_grant" BOOLEAN NOT NULL,
    "state" "RollupState" NOT NULL,
    "size" BIGINT NOT NULL DEFAULT 0,
    "event_count" BIGINT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rollup_pkey" PRIMARY KEY ("customer_key","key")
);

-- DropTable
DROP TABLE "usage_rollup";

-- CreateTable: columns in the order of their widths, so that nothing is lost to alignment.
CREATE TABLE "usage_rollup" (
    "customer_key" BIGINT NOT NULL,
    "rollup_key" SMALLINT NOT NULL,
    "days" SMALLINT NOT NULL,
    "start" INTEGER NOT NULL,
    "set_key" BIGINT NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "grant_key" BIGINT NOT NULL,
    "credits_small" BIGINT NOT NULL,
    "value_small" BIGINT NOT NULL,
    "event_count" BIGINT NOT NULL,
    "rate_key" INTEGER NOT NULL,
    "credits_large" DECIMAL(50,12),
    "value_large" DECIMAL(50,12),

    CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("customer_key","rollup_key","days","start","set_key","rate_key","pool_key","grant_key")
);

-- AlterTable
ALTER TABLE "dimension_set" ADD COLUMN "projected" BOOLEAN NOT NULL DEFAULT false;

-- From here on: by hand, what schema.prisma cannot say.

-- What a dimension set is known by: 128 bits of SHA-256 of the text that PostgreSQL gives jsonb, which is the same for equal objects.
CREATE FUNCTION "dimension_set_hash"("dimensions" jsonb) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(substring(sha256(convert_to("dimensions"::text, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;

ALTER TABLE "dimension_set" DROP CONSTRAINT "dimension_set_hash_form", DROP CONSTRAINT "dimension_set_dimensions_form";
ALTER TABLE "dimension_set" ALTER COLUMN "hash" TYPE UUID USING "dimension_set_hash"("dimensions");
ALTER TABLE "dimension_set" ADD CONSTRAINT "dimension_set_dimensions_form"
    CHECK (jsonb_typeof("dimensions") = 'object' OR ("projected" AND jsonb_typeof("dimensions") = 'array'));

-- Which dimensions an event has, and of which types. A list, so that no key of a dimension is ever found in it.
CREATE FUNCTION "dimension_shape"("rolled_up" jsonb, "loose" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_array(coalesce((
        SELECT jsonb_object_agg(d.key, CASE jsonb_typeof(d.value) WHEN 'string' THEN 'TEXT' WHEN 'number' THEN 'NUMBER' ELSE 'BOOLEAN' END)
        FROM jsonb_each("rolled_up" || coalesce("loose", '{}')) AS d
    ), '{}'));

-- The value of a dimension as a dimension set has it: numbers without the zeros at their end, so that equal ones are one.
CREATE FUNCTION "dimension_value"("value" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE jsonb_typeof("value") WHEN 'number' THEN to_jsonb(trim_scale("value"::numeric)) ELSE "value" END;

ALTER TABLE "rollup" ADD CONSTRAINT "rollup_key_range" CHECK ("key" >= 1);
ALTER TABLE "usage_rollup" ADD CONSTRAINT "usage_rollup_rollup_key_range" CHECK ("rollup_key" >= 0),
    ADD CONSTRAINT "usage_rollup_days_range" CHECK ("days" IN (1, 4, 16, 64)),
    ADD CONSTRAINT "usage_rollup_start_aligned" CHECK ("start" % "days" = 0),
    ADD CONSTRAINT "usage_rollup_credits_range" CHECK ("credits_small" >= 0 AND "credits_small" < 1000000000000000000 AND "credits_large" >= 0),
    ADD CONSTRAINT "usage_rollup_value_range" CHECK ("value_small" > -1000000000000000000 AND "value_small" < 1000000000000000000),
    ADD CONSTRAINT "usage_rollup_event_count_range" CHECK ("event_count" >= 0),
    ADD CONSTRAINT "usage_rollup_credits_canonical" CHECK ("credits_large" IS NULL OR "credits_small" IN (0, 1)),
    ADD CONSTRAINT "usage_rollup_value_canonical" CHECK ("value_large" IS NULL OR "value_small" IN (0, 1));

-- Few sums need more than 64 bits; a breakdown asks whether any does, and mostly need not add those columns up.
CREATE INDEX "usage_rollup_large" ON "usage_rollup" ("customer_key") WHERE "credits_large" IS NOT NULL OR "value_large" IS NOT NULL;
ALTER TABLE "usage_rollup" SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0.05);

-- The base rollup of the events that there are, as reports would have left it.

CREATE TEMP TABLE "shaped" ON COMMIT DROP AS
    SELECT e."customer_key", e."key", floor(extract(epoch FROM e."at") / 86400)::int AS "day", "dimension_shape"(s."dimensions", e."loose_dimensions") AS "shape"
    FROM "usage_event" e JOIN "dimension_set" s ON s."customer_key" = e."customer_key" AND s."key" = e."set_key";

INSERT INTO "dimension_set" ("customer_key", "hash", "projected", "dimensions")
    SELECT "customer_key", "dimension_set_hash"("shape"), true, "shape" FROM (SELECT DISTINCT "customer_key", "shape" FROM "shaped") AS found;

INSERT INTO "usage_rollup" ("customer_key", "rollup_key", "days", "start", "set_key", "rate_key", "pool_key", "grant_key",
                            "credits_small", "credits_large", "value_small", "value_large", "event_count")
WITH draw AS (
    SELECT e."customer_key", o."day", s."key" AS set_key, e."rate_key", e."pool_key", coalesce(l."grant_key", 0) AS grant_key, coalesce(-l."amount", 0) AS credits,
           CASE WHEN l."sequence" > e."first_sequence" THEN 0 ELSE e."value" END AS value, CASE WHEN l."sequence" > e."first_sequence" THEN 0 ELSE 1 END AS event_count
    FROM "usage_event" e JOIN "shaped" o ON o."customer_key" = e."customer_key" AND o."key" = e."key"
    JOIN "dimension_set" s ON s."customer_key" = o."customer_key" AND s."hash" = "dimension_set_hash"(o."shape")
    LEFT JOIN "ledger_entry" l ON l."customer_key" = e."customer_key" AND l."pool_key" = e."pool_key" AND l."event_key" = e."key"
        AND l."sequence" >= e."first_sequence" AND l."sequence" < e."first_sequence" + e."entry_count"
), block AS (
    SELECT customer_key, days, floor(day / days::numeric)::int * days AS start, set_key, rate_key, pool_key, grant_key,
           coalesce(sum(credits) FILTER (WHERE abs(credits) < 1000000 AND credits = trunc(credits, 9)), 0) * 1000000000 AS credits_small,
           sum(credits) FILTER (WHERE NOT (abs(credits) < 1000000 AND credits = trunc(credits, 9))) AS credits_large,
           coalesce(sum(value) FILTER (WHERE abs(value) < 1000000 AND value = trunc(value, 9)), 0) * 1000000000 AS value_small,
           sum(value) FILTER (WHERE NOT (abs(value) < 1000000 AND value = trunc(value, 9))) AS value_large,
           sum(event_count) AS event_count
    FROM draw CROSS JOIN (VALUES (1), (4), (16), (64)) AS size (days) GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT customer_key, 0, days, start, set_key, rate_key, pool_key, grant_key,
       CASE WHEN credits_large IS NOT NULL THEN 0 WHEN abs(credits_small) < 1000000000000000000 THEN credits_small ELSE 1 END,
       CASE WHEN credits_large IS NOT NULL THEN credits_large + credits_small * 0.000000001
            WHEN abs(credits_small) >= 1000000000000000000 THEN (credits_small - 1) * 0.000000001 END,
       CASE WHEN value_large IS NOT NULL THEN 0 WHEN abs(value_small) < 1000000000000000000 THEN value_small ELSE 1 END,
       CASE WHEN value_large IS NOT NULL THEN value_large + value_small * 0.000000001
            WHEN abs(value_small) >= 1000000000000000000 THEN (value_small - 1) * 0.000000001 END,
       event_count
FROM block;
