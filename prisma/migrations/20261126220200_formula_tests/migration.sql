-- AlterTable
ALTER TABLE "rate" ADD COLUMN "tests" JSONB NOT NULL DEFAULT '[]';

-- By hand: a rule of the domain, repeated.
ALTER TABLE "rate" ADD CONSTRAINT "rate_tests_form" CHECK (jsonb_typeof("tests") = 'array');
