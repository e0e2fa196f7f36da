-- CreateEnum
CREATE TYPE "BacktestState" AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED');

-- DropIndex
DROP INDEX "customer_plan_plan_key_idx";

-- CreateTable
CREATE TABLE "backtest" (
    "key" BIGSERIAL NOT NULL,
    "environment_key" INTEGER NOT NULL,
    "plan_key" INTEGER NOT NULL,
    "version" INTEGER,
    "rates" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "customer_keys" BIGINT[] NOT NULL DEFAULT ARRAY[]::BIGINT[],
    "state" "BacktestState" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "snapshot" TEXT,
    "events_total" BIGINT,
    "events_done" BIGINT NOT NULL DEFAULT 0,
    "done_customer_key" BIGINT NOT NULL DEFAULT 0,
    "done_events" BIGINT NOT NULL DEFAULT 0,
    "owner" UUID,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,

    CONSTRAINT "backtest_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "backtest_usage" (
    "backtest_key" BIGINT NOT NULL,
    "customer_key" BIGINT NOT NULL,
    "feature_key" INTEGER NOT NULL,
    "currency_key" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "event_count" BIGINT NOT NULL,
    "old_credits" DECIMAL(50,12) NOT NULL,
    "new_credits" DECIMAL(50,12) NOT NULL,

    CONSTRAINT "backtest_usage_pkey" PRIMARY KEY ("backtest_key","customer_key","feature_key","currency_key","code")
);

-- CreateTable
CREATE TABLE "backtest_refused_event" (
    "backtest_key" BIGINT NOT NULL,
    "feature_key" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "customer_key" BIGINT NOT NULL,
    "event_key" BIGINT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "backtest_refused_event_pkey" PRIMARY KEY ("backtest_key","feature_key","code","customer_key","event_key")
);

-- CreateTable
CREATE TABLE "backtest_pool" (
    "backtest_key" BIGINT NOT NULL,
    "customer_key" BIGINT NOT NULL,
    "pool_key" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "old_ran_out_at" TIMESTAMPTZ(3),
    "new_ran_out_at" TIMESTAMPTZ(3),
    "old_balance" DECIMAL(50,12) NOT NULL,
    "new_balance" DECIMAL(50,12) NOT NULL,

    CONSTRAINT "backtest_pool_pkey" PRIMARY KEY ("backtest_key","customer_key","pool_key")
);

-- CreateIndex
CREATE INDEX "customer_plan_plan_key_customer_key_idx" ON "customer_plan"("plan_key", "customer_key");

-- CreateIndex
CREATE INDEX "backtest_plan_key_key_idx" ON "backtest"("plan_key", "key");

-- AddForeignKey
ALTER TABLE "backtest" ADD CONSTRAINT "backtest_plan_key_fkey" FOREIGN KEY ("plan_key") REFERENCES "plan"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backtest_usage" ADD CONSTRAINT "backtest_usage_backtest_key_fkey" FOREIGN KEY ("backtest_key") REFERENCES "backtest"("key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backtest_refused_event" ADD CONSTRAINT "backtest_refused_event_backtest_key_fkey" FOREIGN KEY ("backtest_key") REFERENCES "backtest"("key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backtest_pool" ADD CONSTRAINT "backtest_pool_backtest_key_fkey" FOREIGN KEY ("backtest_key") REFERENCES "backtest"("key") ON DELETE CASCADE ON UPDATE CASCADE;


-- From here on: by hand, what schema.prisma cannot say.

ALTER TABLE "backtest" ADD CONSTRAINT "backtest_range" CHECK ("from_at" < "to_at"),
    ADD CONSTRAINT "backtest_owner_iff_running" CHECK (("state" = 'RUNNING') = ("owner" IS NOT NULL AND "heartbeat_at" IS NOT NULL)),
    ADD CONSTRAINT "backtest_finished_iff_settled" CHECK (("state" IN ('DONE', 'FAILED', 'CANCELLED')) = ("finished_at" IS NOT NULL)),
    ADD CONSTRAINT "backtest_failure_iff_failed" CHECK (("state" = 'FAILED') = ("failure" IS NOT NULL)),
    ADD CONSTRAINT "backtest_snapshot_iff_started" CHECK (("started_at" IS NOT NULL) = ("snapshot" IS NOT NULL));
ALTER TABLE "backtest_usage" ADD CONSTRAINT "backtest_usage_sums_range" CHECK ("event_count" > 0 AND "old_credits" >= 0 AND "new_credits" >= 0);
-- What processes look for.
CREATE INDEX "backtest_unsettled" ON "backtest" ("key") WHERE "state" IN ('QUEUED', 'RUNNING');
