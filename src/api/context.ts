import type { CallerRole } from '../domain/role';
import type { BacktestFeed } from '../operations/backtest-feed';
import type { BacktestRunner } from '../operations/backtest-runner';
import type { Context } from '../operations/context';
import type { UsageCollector } from '../operations/usage-collector';
import type { UsageFeed } from '../operations/usage-feed';
import type { Database } from '../store/database';
import type { Loaders } from './loaders';

/** What lives as long as the process. */
export interface Services {
  readonly database: Database;
  readonly collector: UsageCollector;
  readonly feed: UsageFeed;
  readonly backtests: BacktestRunner;
  readonly backtestFeed: BacktestFeed;
}

/** What every resolver gets. Without a valid key or token there is no role, and reading `context` or `loaders` refuses with UNAUTHENTICATED. */
export interface ApiContext {
  readonly context: Context;
  readonly role: CallerRole | null;
  readonly requestId: string;
  readonly services: Services;
  readonly loaders: Loaders;
}
