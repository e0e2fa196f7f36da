import type { GrantCategory } from '../domain/grant';
import type { OverdraftPolicy } from '../domain/overdraft';
import type { DemoFeatureId } from './catalog';

/** Days count from the beginning of the demo's month. */
export interface DemoGrant {
  readonly day: number;
  readonly amount: string;
  readonly category: GrantCategory;
  readonly reason: string;
  readonly priority?: number;
  readonly effectiveDay?: number;
  readonly expiresDay?: number;
  readonly costBasis?: string;
  readonly resourceId?: string;
}

export interface DemoCustomer {
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly planId: string;
  readonly moves?: { readonly day: number; readonly planId: string };
  readonly overdraft?: { readonly policy: OverdraftPolicy; readonly limit?: string };
  /** How many events in the month, and how far the customer's clock is from UTC, in hours. */
  readonly events: number;
  readonly utcOffset: number;
  readonly worksAtWeekends: boolean;
  readonly users: readonly string[];
  /** None: its events have no dimension `workspace`. */
  readonly workspaces: readonly string[];
  readonly regions: readonly string[];
  readonly features: readonly (readonly [DemoFeatureId, number])[];
  /** Weights of atlas-large, atlas and atlas-mini. */
  readonly models: readonly [number, number, number];
  /** A resource with a pool of its own, and its share of the events. */
  readonly resource?: { readonly id: string; readonly share: number };
  readonly grants: readonly DemoGrant[];
}

const monthly = (amount: string, costBasis: string, day = 0): DemoGrant => {
  return { day, amount, category: 'RECURRING', reason: 'Monthly allowance', priority: 10, expiresDay: day + 30, costBasis };
};
const renewed = (amount: string, costBasis: string): DemoGrant[] => [monthly(amount, costBasis), monthly(amount, costBasis, 30)];
const topUp = (day: number, amount: string, costBasis: string): DemoGrant => {
  return { day, amount, category: 'PAID', reason: 'Top-up', priority: 20, expiresDay: day + 365, costBasis };
};
const promotion = (day: number, amount: string, reason: string, days: number): DemoGrant => {
  return { day, amount, category: 'PROMOTIONAL', reason, priority: 0, expiresDay: day + days };
};

export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [
  {
    id: 'cobalt-robotics',
    name: 'Cobalt Robotics',
    metadata: { country: 'DE', industry: 'manufacturing' },
    planId: 'enterprise',
    events: 5200,
    utcOffset: 1,
    worksAtWeekends: true,
    users: ['anja', 'bastian', 'cem', 'doris', 'emil', 'frieda', 'goran', 'hanna', 'ivo', 'jule', 'kai', 'lena'],
    workspaces: ['assembly', 'quality', 'field-service'],
    regions: ['eu-central', 'eu-west'],
    features: [
      ['chat-completion', 60],
      ['embedding', 20],
      ['document-ocr', 12],
      ['web-search', 8],
    ],
    models: [2, 4, 4],
    resource: { id: 'simulation', share: 0.2 },
    grants: [...renewed('6000', '0.008'), { ...topUp(0, '2000', '0.007'), resourceId: 'simulation', reason: 'Budget of the simulation team' }],
  },
  {
    id: 'brightwater',
    name: 'Brightwater Labs',
    metadata: { country: 'US', industry: 'biotech' },
    planId: 'pro',
    events: 4200,
    utcOffset: -8,
    worksAtWeekends: false,
    users: ['maya', 'noah', 'olivia', 'peter', 'quinn', 'rosa', 'sam', 'tess'],
    workspaces: ['research', 'clinical', 'sandbox'],
    regions: ['us-west', 'us-east'],
    features: [
      ['chat-completion', 65],
      ['embedding', 15],
      ['document-ocr', 15],
      ['web-search', 5],
    ],
    models: [4, 4, 2],
    grants: [...renewed('5000', '0.01'), topUp(9, '4000', '0.009'), topUp(21, '4000', '0.009')],
  },
  {
    id: 'dune-media',
    name: 'Dune Media',
    metadata: { country: 'AE', industry: 'media' },
    planId: 'pro',
    events: 3400,
    utcOffset: 4,
    worksAtWeekends: true,
    users: ['amal', 'basim', 'carla', 'dana', 'elias', 'farah'],
    workspaces: ['newsroom', 'social', 'video'],
    regions: ['me-central', 'eu-west'],
    features: [
      ['image-generation', 40],
      ['chat-completion', 35],
      ['transcription', 20],
      ['web-search', 5],
    ],
    models: [2, 5, 3],
    grants: [...renewed('8000', '0.01'), promotion(3, '500', 'Launch of transcription', 14), topUp(13, '8000', '0.009'), topUp(22, '8000', '0.009')],
  },
  {
    id: 'harbour-health',
    name: 'Harbour Health',
    metadata: { country: 'GB', industry: 'health' },
    planId: 'enterprise',
    overdraft: { policy: 'LIMIT', limit: '1000' },
    events: 2800,
    utcOffset: 0,
    worksAtWeekends: true,
    users: ['alice', 'ben', 'chloe', 'dev', 'ella', 'finn', 'grace'],
    workspaces: ['records', 'triage'],
    regions: ['eu-west'],
    features: [
      ['document-ocr', 35],
      ['transcription', 35],
      ['chat-completion', 30],
    ],
    models: [3, 5, 2],
    grants: renewed('15000', '0.008'),
  },
  {
    id: 'granite-insurance',
    name: 'Granite Insurance',
    metadata: { country: 'CH', industry: 'insurance' },
    planId: 'enterprise',
    events: 2400,
    utcOffset: 1,
    worksAtWeekends: false,
    users: ['andri', 'beat', 'corinne', 'daniel', 'eveline'],
    // All its usage comes from one backend, which knows of no workspaces.
    workspaces: [],
    regions: ['eu-central'],
    features: [
      ['document-ocr', 70],
      ['chat-completion', 20],
      ['embedding', 10],
    ],
    models: [1, 4, 5],
    grants: [...renewed('6000', '0.008'), { ...topUp(25, '5000', '0.007'), effectiveDay: 36, reason: 'Renewal, begins next week' }],
  },
  {
    id: 'evergreen-legal',
    name: 'Evergreen Legal',
    metadata: { country: 'US', industry: 'legal' },
    planId: 'pro',
    events: 1900,
    utcOffset: -5,
    worksAtWeekends: false,
    users: ['abigail', 'brian', 'claire', 'dylan'],
    workspaces: ['litigation', 'contracts'],
    regions: ['us-east'],
    features: [
      ['chat-completion', 55],
      ['document-ocr', 35],
      ['web-search', 10],
    ],
    models: [7, 2, 1],
    // Uses more than it has: the top-up settles what it owes by then, and it ends in overdraft again.
    grants: [monthly('3000', '0.01'), topUp(16, '2500', '0.01')],
  },
  {
    id: 'indigo-studios',
    name: 'Indigo Studios',
    metadata: { country: 'JP', industry: 'games' },
    planId: 'starter',
    moves: { day: 12, planId: 'pro' },
    events: 1600,
    utcOffset: 9,
    worksAtWeekends: true,
    users: ['aiko', 'botan', 'chiyo', 'daichi', 'emi'],
    workspaces: ['concept-art', 'dialogue'],
    regions: ['ap-northeast'],
    features: [
      ['image-generation', 60],
      ['chat-completion', 40],
    ],
    models: [2, 5, 3],
    grants: [promotion(0, '1000', 'Welcome', 10), ...renewed('2500', '0.012'), topUp(12, '8000', '0.01')],
  },
  {
    id: 'fjord-travel',
    name: 'Fjord Travel',
    metadata: { country: 'NO', industry: 'travel' },
    planId: 'starter',
    events: 1200,
    utcOffset: 1,
    worksAtWeekends: true,
    users: ['astrid', 'bjorn', 'clara'],
    workspaces: ['bookings', 'support'],
    regions: ['eu-north', 'eu-west'],
    features: [
      ['chat-completion', 70],
      ['web-search', 30],
    ],
    models: [1, 4, 5],
    grants: [promotion(0, '200', 'Welcome', 10), ...renewed('1500', '0.012'), promotion(20, '400', 'Autumn offer', 14)],
  },
  {
    id: 'alder-finch',
    name: 'Alder & Finch',
    metadata: { country: 'CA', industry: 'retail' },
    planId: 'starter',
    events: 800,
    utcOffset: -5,
    worksAtWeekends: false,
    users: ['ash', 'blair'],
    workspaces: ['shop'],
    regions: ['us-east'],
    features: [
      ['chat-completion', 80],
      ['image-generation', 20],
    ],
    models: [1, 3, 6],
    grants: [promotion(0, '300', 'Welcome', 10), ...renewed('2500', '0.012')],
  },
  {
    id: 'juniper-school',
    name: 'Juniper School',
    metadata: { country: 'IE', industry: 'education' },
    planId: 'starter',
    // Prepaid: what its credits do not cover is refused.
    overdraft: { policy: 'FORBID' },
    events: 500,
    utcOffset: 0,
    worksAtWeekends: false,
    users: ['ms-byrne', 'mr-doyle', 'ms-walsh'],
    workspaces: ['class-5a', 'class-5b'],
    regions: ['eu-west'],
    features: [
      ['chat-completion', 90],
      ['image-generation', 10],
    ],
    models: [0, 2, 8],
    grants: [promotion(0, '400', 'Education programme', 60), topUp(20, '200', '0.01')],
  },
];
