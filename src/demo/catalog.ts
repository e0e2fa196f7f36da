/** A price as one would send it. */
export type DemoPrice = { readonly mode: 'FLAT'; readonly creditsPerUnit: string } | { readonly mode: 'FORMULA'; readonly formula: string };

/** The catalog of a made-up seller of AI services. */
export const DEMO_CURRENCY = { id: 'credits', name: 'Credits', symbol: 'cr', unitSingular: 'credit', unitPlural: 'credits' } as const;

/** Meters for those who try reportEvents: chat and web search are usage of a `completion`, each by its dimensions. */
export const DEMO_FEATURES = [
  { id: 'chat-completion', name: 'Chat completion', unit: 'request', meter: { eventName: 'completion' } },
  { id: 'embedding', name: 'Embedding', unit: 'request' },
  { id: 'image-generation', name: 'Image generation', unit: 'image' },
  { id: 'document-ocr', name: 'Document OCR', unit: 'document' },
  { id: 'transcription', name: 'Transcription', unit: 'recording' },
  {
    id: 'web-search',
    name: 'Web search',
    unit: 'search',
    meter: { eventName: 'completion', filters: [{ key: 'searches', exists: true }], valueDimension: 'searches' },
  },
] as const;
export type DemoFeatureId = (typeof DEMO_FEATURES)[number]['id'];

interface DemoPlan {
  readonly id: string;
  readonly name: string;
  readonly rates: Partial<Record<DemoFeatureId, DemoPrice>>;
}

const chat = (large: string, standard: string, mini: string): DemoPrice =>
  formula(`(max(0, input_tokens - 0.5 * coalesce(cached_tokens, 0)) + 4 * output_tokens) / 1000
* (model == "atlas-large" ? ${large} : model == "atlas-mini" ? ${mini} : ${standard})`);

export const DEMO_PLANS: readonly DemoPlan[] = [
  {
    id: 'starter',
    name: 'Starter',
    rates: {
      'chat-completion': chat('2.5', '0.6', '0.15'),
      embedding: formula('0.02 * input_tokens / 1000'),
      'image-generation': flat('4'),
      'document-ocr': formula('tiered(pages, 10, 0.5, 0.4)'),
      'web-search': flat('0.4'),
    },
  },
  {
    id: 'pro',
    name: 'Pro',
    rates: {
      'chat-completion': chat('2.25', '0.5', '0.12'),
      embedding: formula('0.016 * input_tokens / 1000'),
      'image-generation': flat('3.5'),
      'document-ocr': formula('tiered(pages, 10, 0.5, 100, 0.3, 0.2) * (coalesce(handwritten, false) ? 2 : 1)'),
      transcription: formula('ceil(seconds / 60) * 0.75'),
      'web-search': flat('0.35'),
    },
  },
  {
    id: 'enterprise',
    name: 'Enterprise',
    rates: {
      'chat-completion': chat('1.9', '0.4', '0.1'),
      embedding: formula('0.012 * input_tokens / 1000'),
      'image-generation': formula('value * (coalesce(resolution, "standard") == "high" ? 5 : 2.8)'),
      'document-ocr': formula('volume(pages, 10, 0.4, 100, 0.25, 0.15)'),
      transcription: formula('max(1, ceil(seconds / 60)) * 0.6'),
      'web-search': flat('0.25'),
    },
  },
];

/** What the demo publishes later as the second version of Pro. */
export const DEMO_PRICE_CHANGE = {
  day: 18,
  planId: 'pro',
  featureId: 'image-generation',
  pricing: formula('value * (coalesce(resolution, "standard") == "high" ? 6 : 3)'),
} as const;

function flat(creditsPerUnit: string): DemoPrice {
  return { mode: 'FLAT', creditsPerUnit };
}

function formula(text: string): DemoPrice {
  return { mode: 'FORMULA', formula: text };
}
