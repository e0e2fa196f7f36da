import { LosslessNumber } from 'lossless-json';
import type { DimensionValue, Dimensions } from '../../api/exact-json';
import { dimensionText } from '../../api/exact-json';
import type { Sample, Tried } from './use-tried';

type Variable = Tried['variables'][number];

/** What is typed for an event of one's own: texts by the name of the dimension; empty stands for an absent one. */
export interface OwnValues {
  readonly value: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

export function ownValuesFrom({ value, dimensions }: Sample): OwnValues {
  return { value, dimensions: Object.fromEntries(Object.entries(dimensions).map(([name, one]) => [name, dimensionText(one)])) };
}

/** The dimension that a variable reads; null for the reported value. */
export function dimensionOf({ name }: Pick<Variable, 'name'>): string | null {
  if (name === 'value') return null;
  return name === 'dimensions.value' ? 'value' : name;
}

/** The event that is meant: each text as the type that the formula needs there. Other dimensions than the formula's make no difference to it. */
export function sampleFrom({ value, dimensions }: OwnValues, variables: readonly Variable[]): Sample {
  const meant: Record<string, DimensionValue> = {};
  for (const variable of variables) {
    const name = dimensionOf(variable);
    const text = name === null ? '' : (dimensions[name] ?? '').trim();
    if (name !== null && text !== '') meant[name] = valueMeant(text, variable.type);
  }
  return { value: NUMBER.test(value.trim()) ? value.trim() : '1', dimensions: meant as Dimensions };
}

function valueMeant(text: string, type: Variable['type']): DimensionValue {
  if (type === 'TEXT') return text;
  if (type !== 'BOOLEAN' && NUMBER.test(text)) return new LosslessNumber(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
