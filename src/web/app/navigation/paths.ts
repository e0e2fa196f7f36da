/** Every address of the app, below /app. Ids may hold characters that addresses escape. */
export const paths = {
  customers: '/customers',
  customer: (id: string) => `/customers/${encodeURIComponent(id)}`,
  credits: (id: string) => `/customers/${encodeURIComponent(id)}/credits`,
  usage: (id: string) => `/customers/${encodeURIComponent(id)}/usage`,
  ledger: (id: string) => `/customers/${encodeURIComponent(id)}/ledger`,
  allUsage: '/usage',
  plans: '/plans',
  plan: (id: string) => `/plans/${encodeURIComponent(id)}`,
  /** What the usage of one feature costs on a plan. */
  rate: (planId: string, featureId: string) => `/plans/${encodeURIComponent(planId)}/features/${encodeURIComponent(featureId)}`,
  review: (planId: string) => `/plans/${encodeURIComponent(planId)}/review`,
  publish: (planId: string) => `/plans/${encodeURIComponent(planId)}/publish`,
  features: '/features',
  /** What the dimensions of its events are. */
  dimensions: (featureId: string) => `/features/${encodeURIComponent(featureId)}/dimensions`,
  currencies: '/currencies',
  apiKeys: '/api-keys',
  start: '/start',
} as const;
