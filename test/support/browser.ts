import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { fillDemo, markForDemo } from '../../src/demo';
import { testDatabase } from './database';
import { testServer, type TestServer } from './server';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const DIST = join(__dirname, '../../dist/web');
const AXE = join(__dirname, '../../node_modules/axe-core/axe.min.js');

/** A title that says why tests in a browser are skipped, where they are; `page` is a folder of dist/web. */
function browserTitle(what: string, page: string): { readonly title: string; readonly isMissing: boolean } {
  const missing = [
    !existsSync(CHROMIUM) && `no browser at ${CHROMIUM}`,
    !existsSync(join(DIST, page, 'index.html')) && `/${page} is not built (npm run build)`,
  ].filter(Boolean);
  return { title: `${what} in a browser${missing.length > 0 ? ` — SKIPPED: ${missing.join(', ')}` : ''}`, isMissing: missing.length > 0 };
}

function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking'] });
}

/** A server of its own, with the demo in its environment. */
async function demoServer(): Promise<TestServer> {
  const server = await testServer(await testDatabase());
  const { database, key, id, collector } = server;
  await markForDemo(database, key, new Date());
  await fillDemo({ database, collector, environmentId: id, onProgress: () => undefined }, new Date());
  return server;
}

/** A page, and whatever it should not have done: requests to anywhere else, blocked scripts and styles, errors. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

export async function watchedPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  const { host } = new URL(url);
  page.on('websocket', (socket) => new URL(socket.url()).host === host || complaints.push(`opened ${socket.url().slice(0, 100)}`));
  page.on('request', (request) => new URL(request.url()).origin === url || complaints.push(`asked ${request.url().slice(0, 100)}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** What tests of pages have while they run. */
export interface Visit extends WatchedPage {
  readonly server: TestServer;
  readonly browser: Browser;
}

interface VisitOptions extends BrowserContextOptions {
  /** The folder of dist/web that is tested. */
  readonly built?: string;
  /** Absent: a server with the demo. */
  readonly serve?: () => Promise<TestServer>;
}

/** Tests of what is seen in a browser; skipped where there is none. After all of them, the page must have done nothing that it should not. */
export function inBrowser(what: string, { built = 'app', serve = demoServer, ...context }: VisitOptions, tests: (visit: Visit) => void): void {
  const { title, isMissing } = browserTitle(what, built);
  (isMissing ? describe.skip : describe)(title, () => {
    const visit = {} as { -readonly [key in keyof Visit]: Visit[key] };

    beforeAll(async () => {
      visit.server = await serve();
      visit.browser = await launchBrowser();
      Object.assign(visit, await watchedPage(visit.browser, visit.server.url, context));
    });

    afterAll(() => visit.browser?.close());

    tests(visit);

    test('load nothing from anywhere else, break no rule of their page, and have no errors', () => expect(visit.complaints).toEqual([]));
  });
}

/** Types a formula as one does: brackets and quotes close themselves, and what is typed goes over them. */
export async function typeFormula(page: Page, formula: string, name: string | RegExp = 'Formula'): Promise<void> {
  await page.getByRole('textbox', { name }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(formula);
  await page.keyboard.press('Escape');
}

/** What axe finds wrong with the page as it is, one line each. It runs in a world of its own: the page's security policy holds. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }>(
    'axe.run(document)',
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`));
}

/** In light and in dark, and at the width of a telephone: axe is content, and nothing is wider than the page. */
export async function pageProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  const before = page.viewportSize()!;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // else colours on their way from one to the other would be judged
    problems.push(...(await axeViolations(page)).map((problem) => `${colorScheme}: ${problem}`));
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  for (const width of [360, 2560]) {
    await page.setViewportSize({ width, height: 800 });
    const isWider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
    if (isWider) problems.push(`at ${width} pixels it is wider than the page`);
  }
  await page.setViewportSize(before);
  return problems;
}
