import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The web app: a client of the GraphQL API like any other. test/web/first-load.test.ts reads the manifest for what a first visit loads. */
export default defineConfig({
  root: 'src/web/app',
  base: '/app/',
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web/app'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    rolldownOptions: { onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning) },
  },
  // `npm run dev:app` serves the sources, with the API of a server that runs beside it.
  server: { proxy: { '/graphql': { target: process.env['DRAWDOWN_URL'] ?? 'http://127.0.0.1:4000', ws: true } } },
});
