import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { median, sendAll } from './client';
import { FEATURE, makeWorld, type World } from './world';

/*
 * How long the web app takes from having the answer to having drawn it: 744 hours of the ten greatest of twelve series and the rest, as a chart and as a
 * table of 8,928 amounts, in a browser that begins anew each time.
 */

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const HOUR_MS = 3_600_000;
const HOURS = 744;
const USERS = 12;
const PER_BATCH = 992;
const ROUNDS = 15;
const TARGET_MS = 500;

export async function benchApp(): Promise<void> {
  if (!existsSync(CHROMIUM)) return console.log(`  SKIPPED: no browser at ${CHROMIUM}; CHROMIUM says where one is`);
  const world = await makeWorld();
  try {
    await report(world);
    const times = await drawTimes(world);
    console.log(`  ${times.map((time) => time.toFixed(0)).join(' ')} ms`);
    const line = `${HOURS} hours × 10 series, chart and table, from answered to painted`;
    console.log(`${line.padEnd(60)} ${median(times).toFixed(0).padStart(8)} ms   (< ${TARGET_MS}; slowest ${Math.max(...times).toFixed(0)})`);
  } finally {
    await world.close();
  }
}

/** Midnights of UTC, which are those of the page: the hours before today, and the whole of them. */
const to = new Date(Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS);
const from = new Date(to.getTime() - HOURS * HOUR_MS);

/** In every hour each user uses something, and no two of them the same. */
async function report({ url, key }: World): Promise<void> {
  const events = Array.from({ length: HOURS * USERS }, (_, n) => ({
    customerId: 'c0',
    featureId: FEATURE,
    idempotencyKey: `draw-${n}`,
    timestamp: new Date(from.getTime() + Math.floor(n / USERS) * HOUR_MS),
    dimensions: { user: `user-${n % USERS}`, input: 1_000 + ((n * 37) % 911) + 100 * (n % USERS), output: 50 + (n % 97) },
  }));
  const query = 'mutation ($input: ReportUsageBatchInput!) { reportUsageBatch(input: $input) { acceptedCount results { error { message } } } }';
  const bodies: string[] = [];
  for (let start = 0; start < events.length; start += PER_BATCH)
    bodies.push(JSON.stringify({ query, variables: { input: { events: events.slice(start, start + PER_BATCH) } } }));
  await sendAll(url, key, 1, bodies);
}

async function drawTimes({ url, key }: World): Promise<number[]> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, timezoneId: 'UTC' });
    await page.addInitScript(WATCH);
    const days = `from=${from.toISOString().slice(0, 10)}&to=${new Date(to.getTime() - 1).toISOString().slice(0, 10)}`;
    await page.goto(`${url}/app/customers/c0/usage?by=user&interval=HOUR&view=time&${days}#key=${key}`);
    await drawTime(page); // what a first visit loads is not what is measured
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.reload();
      times.push(await drawTime(page));
    }
    return times;
  } finally {
    await browser.close();
  }
}

function drawTime(page: Page): Promise<number> {
  return page.evaluate<number>('window.drawn');
}

/** In the page: when the text of the answer is there, and when a frame with every row and every column has been presented. */
const WATCH = `(() => {
  let answeredAt;
  const read = Response.prototype.text;
  Response.prototype.text = async function () {
    const text = await read.call(this);
    if (text.startsWith('{"data":{"creditUsage":{"edges"') && text.includes('"points"')) answeredAt = performance.now();
    return text;
  };
  const isDrawn = () =>
    document.querySelectorAll('.point-table tbody tr').length === ${HOURS} &&
    [...document.querySelectorAll('.chart-frame path')].filter((path) => path.getAttribute('d').split('Z').length > ${HOURS}).length === 11;
  window.drawn = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('It was not drawn in a minute.')), 60_000);
    const observer = new MutationObserver(() => {
      if (answeredAt === undefined || !isDrawn()) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - answeredAt)));
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['d'] });
  });
})()`;
