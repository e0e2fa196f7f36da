import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, types, type PoolClient } from 'pg';
import { PrismaClient } from './generated/client';

/** How to reach the database and how much of it to use. */
export interface DatabaseOptions {
  readonly connectionString: string;
  /** Connections of the hot path and of Prisma together. */
  readonly connections: number;
}

export type Transaction = PoolClient;

const INT8 = types.builtins.INT8;
const DATE_TYPES = types.builtins;

/** One pool of connections, used by Prisma for the catalog and directly for the set-based statements of the hot path. */
export class Database {
  readonly pool: Pool;
  readonly prisma: PrismaClient;

  constructor(options: DatabaseOptions) {
    this.pool = new Pool({ connectionString: options.connectionString, max: options.connections });
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }
}
