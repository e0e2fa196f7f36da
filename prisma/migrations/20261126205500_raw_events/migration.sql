-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "event_name" TEXT,
ADD COLUMN     "part" SMALLINT,
ADD COLUMN     "part_count" SMALLINT,
ALTER COLUMN "idempotency_key" DROP NOT NULL,
ALTER COLUMN "feature_key" DROP NOT NULL;

-- CreateTable
CREATE TABLE "unmatched_event" (
    "customer_key" BIGINT NOT NULL,
    "key" BIGINT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "event_name" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "dimensions" JSONB NOT NULL,

    CONSTRAINT "unmatched_event_pkey" PRIMARY KEY ("customer_key","key")
);

-- CreateTable
CREATE TABLE "consumption_note" (
    "customer_key" BIGINT NOT NULL,
    "event_key" BIGINT NOT NULL,
    "reason" TEXT,
    "metadata" JSONB NOT NULL,

    CONSTRAINT "consumption_note_pkey" PRIMARY KEY ("customer_key","event_key")
);

-- CreateIndex
CREATE INDEX "unmatched_event_customer_key_at_key_idx" ON "unmatched_event"("customer_key", "at", "key");

-- CreateIndex
CREATE UNIQUE INDEX "unmatched_event_customer_key_idempotency_key_key" ON "unmatched_event"("customer_key", "idempotency_key");


-- From here on: by hand, what schema.prisma cannot say.

ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_part_whole" CHECK (
        ("event_name" IS NULL) = ("part" IS NULL) AND ("event_name" IS NULL) = ("part_count" IS NULL)
    ),
    ADD CONSTRAINT "usage_event_part_range" CHECK ("part" >= 0 AND "part" < "part_count"),
    ADD CONSTRAINT "usage_event_idempotency_key_with_part_0" CHECK (("idempotency_key" IS NOT NULL) = (coalesce("part", 0) = 0)),
    ADD CONSTRAINT "usage_event_rate_iff_feature" CHECK (("rate_key" = 0) = ("feature_key" IS NULL));
ALTER TABLE "unmatched_event" ADD CONSTRAINT "unmatched_event_dimensions_form" CHECK (jsonb_typeof("dimensions") = 'object');
ALTER TABLE "consumption_note" ADD CONSTRAINT "consumption_note_metadata_form" CHECK (jsonb_typeof("metadata") = 'object');

CREATE TRIGGER "unmatched_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "unmatched_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "consumption_note_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "consumption_note"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

ALTER TABLE "unmatched_event" SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
