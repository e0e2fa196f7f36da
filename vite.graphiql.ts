import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** GraphiQL, with everything it needs: it is served by Drawdown itself and loads nothing from anywhere else. */
export default defineConfig({
  root: 'src/web/graphiql',
  base: '/graphiql/',
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web/graphiql'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning) },
  },
});
