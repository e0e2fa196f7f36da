import { LosslessNumber } from 'lossless-json';
import { dimensionText, type DimensionValue } from '../../api/exact-json';
import { shownValue } from '../../format/dimension';
import { namesFrom } from '../../forms/names';
import type { DeclarationFieldsFragment, DeclareDimensionMutationVariables } from '../../generated/dimensions';

export type Declaration = DeclarationFieldsFragment;
export type DeclarationInput = DeclareDimensionMutationVariables['input'];

/** A declaration as it is typed. */
export type DeclarationTexts = Record<'name' | 'type' | 'description' | 'allowedValues' | 'lowest' | 'highest' | 'aliases', string>;

export const TYPE_NAMES: Record<Declaration['type'], string> = { TEXT: 'Text', NUMBER: 'Number', BOOLEAN: 'True or false' };

const NUMBER = /^-?\d+(\.\d+)?$/;

export function textsOf(declaration: Declaration | null): DeclarationTexts {
  const { name = '', type = 'TEXT', description, allowedValues, lowest, highest, aliases = [] } = declaration ?? {};
  return {
    name,
    type,
    description: description ?? '',
    allowedValues: (allowedValues ?? []).map(dimensionText).join('\n'),
    lowest: boundText(lowest),
    highest: boundText(highest),
    aliases: aliases.join(', '),
  };
}

function boundText(bound: DimensionValue | null | undefined): string {
  return bound === null || bound === undefined ? '' : dimensionText(bound);
}

/** What belongs to another type is left out; what is no number where one is meant goes as it is, for the API to say so. */
export function inputFrom(featureId: string, texts: DeclarationTexts, required: boolean): DeclarationInput {
  const type = texts.type as Declaration['type'];
  const allowed = type === 'BOOLEAN' ? [] : texts.allowedValues.split('\n').filter((line) => line.trim() !== '');
  const bound = (text: string): DimensionValue | null => (type === 'NUMBER' && text.trim() !== '' ? valueMeant(text, type) : null);
  return {
    featureId,
    name: texts.name.trim(),
    type,
    required,
    description: texts.description.trim() || null,
    allowedValues: allowed.length === 0 ? null : allowed.map((line) => valueMeant(line, type)),
    lowest: bound(texts.lowest),
    highest: bound(texts.highest),
    aliases: namesFrom(texts.aliases),
  };
}

function valueMeant(text: string, type: Declaration['type']): DimensionValue {
  return type === 'NUMBER' && NUMBER.test(text.trim()) ? new LosslessNumber(text.trim()) : text.trim();
}

/** What it was in the events that were looked at, in words. */
export function seenText({ allowedValues, lowest, highest }: Declaration): string {
  if (allowedValues) return allowedValues.map(shownValue).join(', ');
  return lowest === null || highest === null ? 'many' : `from ${shownValue(lowest)} to ${shownValue(highest)}`;
}

/** What it may be, in words. */
export function valuesText({ allowedValues, lowest, highest }: Declaration): string {
  if (allowedValues) return allowedValues.map(shownValue).join(', ');
  const bounds = [lowest !== null && `at least ${shownValue(lowest)}`, highest !== null && `at most ${shownValue(highest)}`];
  return bounds.filter(Boolean).join(', ') || 'any';
}
