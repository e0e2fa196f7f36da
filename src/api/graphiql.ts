import type { FastifyInstance } from 'fastify';
import { serveBuiltPage } from './built-page';

/** Scripts come from here only. The editor writes styles and icons into the page, which is what `unsafe-inline` and `data:` are for. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the built GraphiQL of `folder` at `/graphiql`. Without a build the page says how to make one. */
export async function serveGraphiql(app: FastifyInstance, folder: string): Promise<void> {
  const missing = 'GraphiQL is built by "npm run build".';
  await serveBuiltPage(app, { path: '/graphiql', folder, contentSecurityPolicy: CONTENT_SECURITY_POLICY, hasAddressesBelow: false, missing });
}
