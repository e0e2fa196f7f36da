import { benchReporting } from './reporting';

benchReporting().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
