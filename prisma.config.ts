import { defineConfig } from 'prisma/config';

/**
 * For Prisma's own command line (`npx prisma migrate deploy`, `npx prisma studio`), which looks for this file here. The server does not read it.
 * Without DATABASE_URL, what needs no database (`prisma generate`, `prisma validate`) works all the same; the rest says that the address is missing.
 */
const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url && { datasource: { url } }),
});
