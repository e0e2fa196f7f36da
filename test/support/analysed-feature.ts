import { Decimal } from '../../src/domain/decimal';
import type { DimensionDeclaration } from '../../src/domain/dimension-declaration';
import type { DimensionValue } from '../../src/domain/dimensions';
import { profileOf, type ProfileEvent } from '../../src/domain/analysis/feature-profile';
import type { FormulaScope } from '../../src/domain/analysis/variable-domain';

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet'];
const EVENTS = 240;

/** An event of a chat feature. The later half has no `region`, 40 % have `cached_tokens`, and `pages` is a text. */
function event(index: number): ProfileEvent {
  const spread = (most: number) => Math.floor((((index * 7919) % EVENTS) / (EVENTS - 1)) * most);
  const dimensions: Record<string, string | number | boolean> = {
    model: MODELS[index % MODELS.length]!,
    tier: index % 4 === 0 ? 'pro' : 'free',
    user: `user-${index}`,
    input_tokens: 10 + spread(7990),
    output_tokens: spread(2000),
    seats: 1 + spread(49),
    percent: spread(100),
    seconds: 0.2 + spread(300) / 10,
    latency_ms: 100 + spread(900),
    balance: spread(200) - 100,
    streaming: index % 2 === 0,
    pages: String(spread(30)),
    quality: index % 2 === 0 ? 'low' : 'high',
    steps: 1 + spread(149),
    level: 1 + (index % 3),
  };
  if (index < EVENTS / 2) dimensions.region = 'eu';
  if (index % 5 < 2) dimensions.cached_tokens = spread(500);
  const values = Object.entries(dimensions).map(([name, value]): [string, DimensionValue] => [
    name,
    typeof value === 'number' ? new Decimal(value) : value,
  ]);
  return { at: new Date(Date.UTC(2026, 9, 1) + index * 3_600_000), value: new Decimal(1), dimensions: new Map(values) };
}

export function declaration(name: string, given: Partial<DimensionDeclaration>): DimensionDeclaration {
  return { name, type: 'NUMBER', description: null, lowest: null, highest: null, allowedValues: null, required: false, aliases: [], ...given };
}

export const DECLARATIONS: readonly DimensionDeclaration[] = [
  declaration('quality', { type: 'TEXT', allowedValues: ['low', 'high'], required: true }),
  declaration('steps', { lowest: new Decimal(1), highest: new Decimal(150), required: true, aliases: ['iterations'] }),
  declaration('level', { allowedValues: [new Decimal(1), new Decimal(2), new Decimal(3)], required: true }),
];

/** A feature with 240 events and three declared dimensions. */
export const CHAT: FormulaScope = { profile: profileOf(Array.from({ length: EVENTS }, (_, index) => event(index))), declarations: DECLARATIONS };
