-- AlterTable
ALTER TABLE "feature" ADD COLUMN     "meter" JSONB;

-- By hand: the domain's rule, and how the few features with a meter are found.
ALTER TABLE "feature" ADD CONSTRAINT "feature_meter_form" CHECK (jsonb_typeof("meter") = 'object' AND jsonb_typeof("meter" -> 'eventName') = 'string');
CREATE INDEX "feature_meter" ON "feature" ("environment_key") WHERE "meter" IS NOT NULL;
