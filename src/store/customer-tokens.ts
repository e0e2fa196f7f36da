import type { TokenSubject } from '../domain/customer-token';
import type { Catalog } from './catalog';
import type { Database } from './database';

interface SubjectRow {
  environment_key: number;
  environment_id: string;
  customer_key: bigint;
  customer_id: string;
  generation: number;
  epoch: number;
  secret: Buffer;
}

/** A customer by ids that came with a token. */
export interface TokenSubjectName {
  readonly environmentId: string;
  readonly customerId: string;
}

/** Those of the customers that tokens can be valid for, in any order. */
export async function findTokenSubjects(database: Database, names: readonly TokenSubjectName[]): Promise<TokenSubject[]> {
  const { rows } = await database.pool.query<SubjectRow>(
    `SELECT environment.key AS environment_key, environment.id AS environment_id, customer.key AS customer_key, customer.id AS customer_id,
            signing.generation, customer.token_epoch AS epoch, signing.secret
       FROM unnest($1::text[], $2::text[]) AS asked (environment_id, customer_id)
       JOIN environment ON environment.id = asked.environment_id
       JOIN customer_token_secret signing ON signing.environment_key = environment.key
       JOIN customer ON customer.environment_key = environment.key AND customer.id = asked.customer_id
      WHERE environment.archived_at IS NULL AND customer.archived_at IS NULL`,
    [names.map(({ environmentId }) => environmentId), names.map(({ customerId }) => customerId)],
  );
  return rows.map(subjectFrom);
}

function subjectFrom(row: SubjectRow): TokenSubject {
  const { environment_key, environment_id, customer_key, customer_id, generation, epoch, secret } = row;
  return {
    environmentKey: environment_key,
    environmentId: environment_id,
    customerKey: customer_key,
    customerId: customer_id,
    generation,
    epoch,
    secret: new Uint8Array(secret),
  };
}

/** Gives the environment a secret, unless it has one: of those who come together, the first. */
export async function addTokenSecret({ prisma }: Catalog, environmentKey: number, secret: Uint8Array, now: Date): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO customer_token_secret (environment_key, generation, secret, created_at) VALUES (${environmentKey}, 1, ${secret}, ${now})
    ON CONFLICT (environment_key) DO NOTHING`;
}

/** Puts another secret in place of the environment's, where it has one: every token signed before is invalid. */
export async function replaceTokenSecret({ prisma }: Catalog, environmentKey: number, secret: Uint8Array, now: Date): Promise<void> {
  await prisma.$executeRaw`
    UPDATE customer_token_secret SET generation = generation + 1, secret = ${secret}, created_at = ${now} WHERE environment_key = ${environmentKey}`;
}

/** Every token of the customer that was made before is invalid. */
export async function raiseTokenEpoch({ prisma }: Catalog, customerKey: bigint): Promise<void> {
  await prisma.$executeRaw`UPDATE customer SET token_epoch = token_epoch + 1 WHERE key = ${customerKey}`;
}
