import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { fillDemo, markForDemo } from '../../src/demo';
import { testDatabase } from './database';
import { testServer, type TestServer } from './server';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const DIST = join(__dirname, '../../dist/web');
const AXE = join(__dirname, '../../node_modules/axe-core/axe.min.js');

/** A title that says why tests in a browser are skipped, where they are; `page` is a folder of dist/web. */
export function browserTitle(what: string, page: string): { readonly title: string; readonly isMissing: boolean } {
  const missing = [
    !existsSync(CHROMIUM) && `no browser at ${CHROMIUM}`,
    !existsSync(join(DIST, page, 'index.html')) && `/${page} is not built (npm run build)`,
  ].filter(Boolean);
  return { title: `${what} in a browser${missing.length > 0 ? ` — SKIPPED: ${missing.join(', ')}` : ''}`, isMissing: missing.length > 0 };
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking'] });
}

/** A server of its own, with the demo in its environment. */
export async function demoServer(): Promise<TestServer> {
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
  page.on('request', (request) => new URL(request.url()).origin === url || complaints.push(`asked ${request.url().slice(0, 100)}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
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
    await page.emulateMedia({ colorScheme });
    problems.push(...(await axeViolations(page)).map((problem) => `${colorScheme}: ${problem}`));
  }
  await page.emulateMedia({ colorScheme: null });
  for (const width of [360, 2560]) {
    await page.setViewportSize({ width, height: 800 });
    const isWider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
    if (isWider) problems.push(`at ${width} pixels it is wider than the page`);
  }
  await page.setViewportSize(before);
  return problems;
}
