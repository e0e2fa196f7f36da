import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { planCommand } from '../../src/cli/plan';
import type { Database } from '../../src/store/database';
import { testDatabase } from './database';
import { Seller } from './seller';
import { testServer, type TestServer } from './server';
import { onTerminal, type Ended } from './terminal';

/** Who keeps a catalog in files: each test has an environment of its own, all of a test file a folder. Made where a test file begins. */
export class PlanDesk {
  server!: TestServer;
  seller!: Seller;
  folder!: string;

  constructor() {
    let database: Database;
    beforeAll(async () => {
      database = await testDatabase();
      this.folder = await mkdtemp(join(tmpdir(), 'plan-'));
    });
    afterAll(() => rm(this.folder, { recursive: true }));
    beforeEach(async () => {
      this.server = await testServer(database);
      this.seller = new Seller(this.server);
    });
  }

  /** `npx drawdown plan …`, with the address and a key of the test's environment. `answer`: what is typed where it asks. */
  plan(args: readonly string[], { answer = null, key = this.server.keys.ADMIN }: { answer?: string | null; key?: string } = {}): Promise<Ended> {
    const all = [...args, '--url', `${this.server.url}/graphql`, '--key', key];
    return onTerminal((terminal) => planCommand(terminal).parseAsync(all, { from: 'user' }), answer);
  }

  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }
}

/** Everything that a catalog file can say, as pull writes it. */
export const WHOLE_CATALOG = `drawdown: 1
currencies:
  credits:
    name: Credits
    symbol: ⚡
    unitSingular: credit
    unitPlural: credits
features:
  chat:
    name: Chat
    unit: message
    meter:
      eventName: completion
      filters:
        - key: model
          in:
            - large
            - small
        - or:
            - key: tokens
              greaterThan: 12345678901234567890.5
            - not:
                key: region
                exists: true
      valueDimension: tokens
    looseDimensions:
      - requestId
    dimensions:
      tokens:
        type: NUMBER
        description: What the model read and wrote.
        required: true
        lowest: 0
        highest: 12345678901234567890.5
        aliases:
          - token
  images:
    name: Images
    unit: unit
plans:
  pro:
    name: Pro
    rates:
      chat:
        currencyId: credits
        formula: |-
          1.5 * tokens
            + 2
        tests:
          - name: short
            dimensions:
              tokens: 2
            expectedCredits: "5"
          - name: nothing
            value: "2"
            expectedError: DIMENSION_MISSING
      images:
        currencyId: credits
        creditsPerUnit: "0.000000000001"
`;

/** A file that prices calls in the plan pro, and nothing else. */
export const pricedFile = (price: string) => `drawdown: 1
plans:
  pro:
    name: pro
    rates:
      calls:
        currencyId: credits
        ${price}
`;
