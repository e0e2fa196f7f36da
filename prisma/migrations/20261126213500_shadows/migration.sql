-- CreateTable
CREATE TABLE "shadow" (
    "key" SERIAL NOT NULL,
    "plan_key" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "rates" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "shadow_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "shadow_usage" (
    "customer_key" BIGINT NOT NULL,
    "shadow_key" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "feature_key" INTEGER NOT NULL,
    "currency_key" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "event_count" BIGINT NOT NULL,
    "old_credits" DECIMAL(50,12) NOT NULL,
    "new_credits" DECIMAL(50,12) NOT NULL,

    CONSTRAINT "shadow_usage_pkey" PRIMARY KEY ("customer_key","shadow_key","day","feature_key","currency_key","code")
);

-- CreateIndex
CREATE INDEX "shadow_plan_key_key_idx" ON "shadow"("plan_key", "key");

-- AddForeignKey
ALTER TABLE "shadow" ADD CONSTRAINT "shadow_plan_key_fkey" FOREIGN KEY ("plan_key") REFERENCES "plan"("key") ON DELETE RESTRICT ON UPDATE CASCADE;


-- From here on: by hand, what schema.prisma cannot say.
-- shadow_usage has no foreign keys: it is written by every report.

ALTER TABLE "shadow" ADD CONSTRAINT "shadow_stopped_after_start" CHECK ("stopped_at" >= "started_at"),
    ADD CONSTRAINT "shadow_one_running" EXCLUDE USING btree ("plan_key" WITH =) WHERE ("stopped_at" IS NULL);
ALTER TABLE "shadow_usage" ADD CONSTRAINT "shadow_usage_sums_range" CHECK ("event_count" > 0 AND "old_credits" >= 0 AND "new_credits" >= 0);
-- Its sums are updated in place: room on their page lets an update touch no index.
ALTER TABLE "shadow_usage" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0.05);
