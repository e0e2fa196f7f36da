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

export interface BuiltPage {
  /** Where it is served, without a slash at the end. */
  readonly path: string;
  readonly folder: string;
  readonly contentSecurityPolicy: string;
  /** Whether every address below is the page, which then reads the address itself. */
  readonly hasAddressesBelow: boolean;
  /** What is said where it has not been built. */
  readonly missing: string;
}

/** Serves a page that vite has built: index.html, and files with a hash in their names under `assets`. */
export async function serveBuiltPage(app: FastifyInstance, page: BuiltPage): Promise<void> {
  const files = new Set(await readdir(page.folder, { recursive: true }).catch(() => []));
  const send = (reply: FastifyReply, file: string) => sendFile(reply, page, files.has(file) ? join(page.folder, file) : null);
  app.get(page.path, (_request, reply) => send(reply, 'index.html'));
  app.get(page.hasAddressesBelow ? `${page.path}/*` : `${page.path}/`, (_request, reply) => send(reply, 'index.html'));
  app.get<{ Params: { name: string } }>(`${page.path}/assets/:name`, (request, reply) => send(reply, join('assets', request.params.name)));
}

/** Only names that were there at the start are sent, so no path can lead out of the folder. */
function sendFile(reply: FastifyReply, page: BuiltPage, path: string | null): FastifyReply {
  if (!path) return reply.code(404).type('text/plain; charset=utf-8').send(`There is no such file. ${page.missing}\n`);
  const name = extname(path);
  return reply
    .headers({
      'content-security-policy': page.contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': name === '.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
    })
    .type(CONTENT_TYPES[name] ?? 'application/octet-stream')
    .send(createReadStream(path));
}
