-- CreateEnum
CREATE TYPE "PublicationScope" AS ENUM ('ALL_CUSTOMERS', 'NEW_CUSTOMERS', 'CUSTOMERS');

-- AlterTable
ALTER TABLE "plan" ADD COLUMN     "draft_revision" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "rate" ADD COLUMN     "customer_key" BIGINT,
ALTER COLUMN "plan_version_key" DROP NOT NULL;

-- CreateTable
CREATE TABLE "plan_publication" (
    "key" SERIAL NOT NULL,
    "plan_key" INTEGER NOT NULL,
    "plan_version_key" INTEGER NOT NULL,
    "scope" "PublicationScope" NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "published_by_api_key_id" UUID,
    "cancelled_at" TIMESTAMPTZ(3),
    "cancelled_by_api_key_id" UUID,

    CONSTRAINT "plan_publication_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "plan_publication_customer" (
    "customer_key" BIGINT NOT NULL,
    "publication_key" INTEGER NOT NULL,

    CONSTRAINT "plan_publication_customer_pkey" PRIMARY KEY ("customer_key","publication_key")
);

-- CreateTable
CREATE TABLE "rate_override" (
    "customer_key" BIGINT NOT NULL,
    "rate_key" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_api_key_id" UUID,

    CONSTRAINT "rate_override_pkey" PRIMARY KEY ("customer_key","rate_key")
);

-- CreateIndex
CREATE INDEX "plan_publication_plan_version_key_idx" ON "plan_publication"("plan_version_key");

-- CreateIndex
CREATE UNIQUE INDEX "plan_publication_plan_key_published_at_key" ON "plan_publication"("plan_key", "published_at");

-- CreateIndex
CREATE INDEX "plan_publication_customer_publication_key_idx" ON "plan_publication_customer"("publication_key");

-- CreateIndex
CREATE UNIQUE INDEX "rate_override_rate_key_key" ON "rate_override"("rate_key");

-- CreateIndex
CREATE INDEX "rate_customer_key_idx" ON "rate"("customer_key");

-- AddForeignKey
ALTER TABLE "plan_publication" ADD CONSTRAINT "plan_publication_plan_key_fkey" FOREIGN KEY ("plan_key") REFERENCES "plan"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_publication" ADD CONSTRAINT "plan_publication_plan_version_key_fkey" FOREIGN KEY ("plan_version_key") REFERENCES "plan_version"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_publication" ADD CONSTRAINT "plan_publication_published_by_api_key_id_fkey" FOREIGN KEY ("published_by_api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_publication" ADD CONSTRAINT "plan_publication_cancelled_by_api_key_id_fkey" FOREIGN KEY ("cancelled_by_api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_publication_customer" ADD CONSTRAINT "plan_publication_customer_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_publication_customer" ADD CONSTRAINT "plan_publication_customer_publication_key_fkey" FOREIGN KEY ("publication_key") REFERENCES "plan_publication"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate" ADD CONSTRAINT "rate_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate_override" ADD CONSTRAINT "rate_override_customer_key_fkey" FOREIGN KEY ("customer_key") REFERENCES "customer"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate_override" ADD CONSTRAINT "rate_override_rate_key_fkey" FOREIGN KEY ("rate_key") REFERENCES "rate"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rate_override" ADD CONSTRAINT "rate_override_created_by_api_key_id_fkey" FOREIGN KEY ("created_by_api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- From here on: by hand, what schema.prisma cannot say.
-- What was published until now was published to all customers, at once. No two versions of a plan have the same instant of publication.

INSERT INTO "plan_publication" ("plan_key", "plan_version_key", "scope", "effective_at", "published_at")
SELECT "plan_key", "key", 'ALL_CUSTOMERS', "published_at", "published_at" FROM "plan_version" WHERE "status" = 'PUBLISHED' ORDER BY "published_at", "key";

UPDATE "plan" SET "draft_revision" = 1 WHERE EXISTS (SELECT FROM "plan_version" v WHERE v."plan_key" = "plan"."key" AND v."status" = 'DRAFT');

-- Domain rules, repeated where no program can go round them.

ALTER TABLE "rate" ADD CONSTRAINT "rate_of_version_or_customer" CHECK (("plan_version_key" IS NULL) <> ("customer_key" IS NULL));
ALTER TABLE "plan_publication" ADD CONSTRAINT "plan_publication_not_in_the_past" CHECK ("effective_at" >= "published_at"),
    ADD CONSTRAINT "plan_publication_cancelled_in_time" CHECK ("cancelled_at" < "effective_at"),
    ADD CONSTRAINT "plan_publication_cancelled_by_whom" CHECK ("cancelled_at" IS NOT NULL OR "cancelled_by_api_key_id" IS NULL);
ALTER TABLE "rate_override" ADD CONSTRAINT "rate_override_valid_to_range" CHECK ("valid_to" >= "valid_from");

-- An override's rate is final from the beginning; a version's is as long as the version is published.

CREATE OR REPLACE FUNCTION "refuse_published_rate_change"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version_key integer;
    version_status "PlanVersionStatus";
BEGIN
    IF TG_OP <> 'INSERT' AND OLD."plan_version_key" IS NULL THEN
        RAISE EXCEPTION 'the rate of an override is immutable: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
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

-- A publication is cancelled once or never; nothing else of it changes. An override is ended, and nothing else of it changes.

CREATE FUNCTION "refuse_publication_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD."cancelled_at" IS NOT NULL OR NEW."cancelled_at" IS NULL
        OR to_jsonb(NEW) - '{cancelled_at,cancelled_by_api_key_id}'::text[] <> to_jsonb(OLD) - '{cancelled_at,cancelled_by_api_key_id}'::text[] THEN
        RAISE EXCEPTION 'a publication is only ever cancelled: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION "refuse_override_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."valid_to" IS NULL OR NEW."valid_to" > OLD."valid_to" OR to_jsonb(NEW) - 'valid_to' <> to_jsonb(OLD) - 'valid_to' THEN
        RAISE EXCEPTION 'a rate override is only ever ended: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER "plan_publication_only_cancelled" BEFORE UPDATE ON "plan_publication" FOR EACH ROW EXECUTE FUNCTION "refuse_publication_change"();
CREATE TRIGGER "plan_publication_append_only" BEFORE DELETE OR TRUNCATE ON "plan_publication" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "plan_publication_customer_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "plan_publication_customer"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "rate_override_only_ended" BEFORE UPDATE ON "rate_override" FOR EACH ROW EXECUTE FUNCTION "refuse_override_change"();
CREATE TRIGGER "rate_override_append_only" BEFORE DELETE OR TRUNCATE ON "rate_override" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
