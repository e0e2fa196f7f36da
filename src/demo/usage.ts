import type { RawUsageReport } from '../domain/usage-report';
import type { DemoFeatureId } from './catalog';
import type { DemoCustomer } from './customers';
import { Random } from './random';

/** An event and the instant at which it is received. */
export interface DemoReport {
  readonly at: Date;
  readonly report: RawUsageReport;
}

export const DEMO_DAYS = 31;
const HOUR_MS = 60 * 60 * 1000;
/** How busy the hours of a day are, by the customer's clock. */
const HOUR_WEIGHTS = [1, 1, 1, 1, 1, 2, 4, 8, 16, 22, 24, 22, 15, 20, 24, 23, 20, 14, 8, 6, 5, 4, 2, 1];
const QUIET_WEEKEND = 0.08;
const BUSY_WEEKEND = 0.45;
/** Calls of other software have no user, and some gateways tell no region: their groups in a breakdown are null. */
const WITHOUT_USER = 0.06;
const WITHOUT_REGION = 0.03;

type Sizes = Readonly<Record<string, string | number | boolean>>;

const SIZES: Record<DemoFeatureId, (random: Random) => Sizes> = {
  'chat-completion': (random) => {
    const input = random.skewed(1100, 0.9);
    const cached: Sizes = random.chance(0.3) ? { cached_tokens: Math.floor(input * random.next()) } : {};
    return { input_tokens: input, output_tokens: random.skewed(260, 0.8), ...cached };
  },
  embedding: (random) => ({ input_tokens: random.skewed(9000, 1) }),
  'image-generation': (random) => ({ resolution: random.chance(0.3) ? 'high' : 'standard' }),
  'document-ocr': (random) => ({ pages: random.skewed(6, 1), ...(random.chance(0.15) && { handwritten: true }) }),
  transcription: (random) => ({ seconds: random.skewed(540, 0.9) }),
  'web-search': () => ({}),
};
const HAS_MODEL = new Set<DemoFeatureId>(['chat-completion', 'embedding']);
const MOST_IMAGES = 4;

/** A customer's month of usage, in order of time; the same for the same customer and beginning. */
export function demoUsage(customer: DemoCustomer, startsAt: Date): DemoReport[] {
  const random = new Random(customer.id);
  const instants = demoInstants(customer, startsAt, random);
  return instants.map((at, i) => ({ at, report: demoReport(customer, i + 1, random) }));
}

function demoInstants(customer: DemoCustomer, startsAt: Date, random: Random): Date[] {
  const hours = Array.from({ length: DEMO_DAYS * 24 }, (_, i) => startsAt.getTime() + i * HOUR_MS);
  const weights = hours.map((hour) => hourWeight(customer, hour));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const instants: number[] = [];
  let owed = 0;
  for (const [i, hour] of hours.entries()) {
    owed += (customer.events * weights[i]!) / total;
    for (; owed >= 1; owed--) instants.push(hour + Math.floor(random.next() * HOUR_MS));
  }
  return instants.sort((a, b) => a - b).map((instant) => new Date(instant));
}

function hourWeight(customer: DemoCustomer, hour: number): number {
  const local = new Date(hour + customer.utcOffset * HOUR_MS);
  const isWeekend = local.getUTCDay() % 6 === 0;
  const weekend = customer.worksAtWeekends ? BUSY_WEEKEND : QUIET_WEEKEND;
  return HOUR_WEIGHTS[local.getUTCHours()]! * (isWeekend ? weekend : 1);
}

function demoReport(customer: DemoCustomer, number: number, random: Random): RawUsageReport {
  const featureId = random.weighted(customer.features);
  const value = featureId === 'image-generation' ? random.whole(1, MOST_IMAGES) : 1;
  const resourceId = customer.resource && random.chance(customer.resource.share) ? customer.resource.id : null;
  const dimensions = { ...whoAndWhere(customer, random), ...modelOf(customer, featureId, random), ...SIZES[featureId](random) };
  return { customerId: customer.id, featureId, resourceId, idempotencyKey: `demo:${number}`, value: String(value), dimensions };
}

function whoAndWhere(customer: DemoCustomer, random: Random): Sizes {
  const user = random.favouring(customer.users);
  return {
    ...(!random.chance(WITHOUT_USER) && { user }),
    ...(customer.workspaces.length > 0 && { workspace: workspaceOf(customer, user, random) }),
    ...(!random.chance(WITHOUT_REGION) && { region: random.favouring(customer.regions) }),
  };
}

/** Most people work in one workspace and look into the others at times. */
function workspaceOf({ users, workspaces }: DemoCustomer, user: string, random: Random): string {
  const home = workspaces[users.indexOf(user) % workspaces.length]!;
  return random.chance(0.85) ? home : random.favouring(workspaces);
}

function modelOf(customer: DemoCustomer, featureId: DemoFeatureId, random: Random): Sizes {
  if (!HAS_MODEL.has(featureId)) return {};
  if (featureId === 'embedding') return { model: 'atlas-embed' };
  const [large, standard, mini] = customer.models;
  return {
    model: random.weighted([
      ['atlas-large', large],
      ['atlas', standard],
      ['atlas-mini', mini],
    ]),
  };
}
