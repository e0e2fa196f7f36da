import type { FastifyInstance } from 'fastify';
import { serveBuiltPage } from './built-page';

/** Everything comes from here, and nothing is written into the page as text: neither scripts nor styles. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the built web app of `folder` at `/app`. Every address below it is a view of the app, and can be reloaded. */
export async function serveWebApp(app: FastifyInstance, folder: string): Promise<void> {
  const missing = 'The web app is built by "npm run build".';
  await serveBuiltPage(app, { path: '/app', folder, contentSecurityPolicy: CONTENT_SECURITY_POLICY, hasAddressesBelow: true, missing });
}
