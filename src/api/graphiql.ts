import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Scripts come from here only. The editor writes styles and icons into the page, which is what `unsafe-inline` and `data:` are for. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves the built GraphiQL of `folder` at `/graphiql`. Without a build the page says how to make one. */
export async function serveGraphiql(app: FastifyInstance, folder: string): Promise<void> {
  const files = new Set(await readdir(folder, { recursive: true }).catch(() => []));
  const send = (reply: FastifyReply, file: string) => sendFile(reply, files.has(file) ? join(folder, file) : null);
  app.get('/graphiql', (_request, reply) => send(reply, 'index.html'));
  app.get('/graphiql/', (_request, reply) => send(reply, 'index.html'));
  app.get<{ Params: { name: string } }>('/graphiql/assets/:name', (request, reply) => send(reply, join('assets', request.params.name)));
}

/** Only names that were there at the start are sent, so no path can lead out of the folder. */
function sendFile(reply: FastifyReply, path: string | null): FastifyReply {
  if (!path) return reply.code(404).type('text/plain; charset=utf-8').send('There is no such file. GraphiQL is built by "npm run build".\n');
  const name = extname(path);
  const caching = name === '.html' ? 'no-cache' : 'public, max-age=31536000, immutable';
  return reply
    .headers({ ...SECURITY_HEADERS, 'cache-control': caching })
    .type(CONTENT_TYPES[name] ?? 'application/octet-stream')
    .send(createReadStream(path));
}
