-- What customer tokens are signed with, made when an environment first needs one. Another generation ends all tokens of the environment,
-- another epoch those of one customer.
CREATE TABLE "customer_token_secret" (
    "environment_key" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "secret" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_token_secret_pkey" PRIMARY KEY ("environment_key")
);
ALTER TABLE "customer_token_secret" ADD CONSTRAINT "customer_token_secret_environment_key_fkey" FOREIGN KEY ("environment_key") REFERENCES "environment"("key") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "customer" ADD COLUMN "token_epoch" INTEGER NOT NULL DEFAULT 0;

-- What Prisma cannot say.
ALTER TABLE "customer_token_secret" ADD CONSTRAINT "customer_token_secret_generation" CHECK ("generation" >= 1);
ALTER TABLE "customer_token_secret" ADD CONSTRAINT "customer_token_secret_length" CHECK (octet_length("secret") = 32);
ALTER TABLE "customer" ADD CONSTRAINT "customer_token_epoch" CHECK ("token_epoch" >= 0);
