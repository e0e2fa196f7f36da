import { givenTextProblems, MOST_NAME_LENGTH, MOST_SYMBOL_LENGTH, MOST_UNIT_LENGTH } from './catalog-input';
import type { Problem } from './errors';

/** A credit type, such as AI tokens. The unit names are for people: `1 credit`, `2 credits`. */
export interface Currency {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly symbol: string | null;
  readonly unitSingular: string;
  readonly unitPlural: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** What is to change of a currency; what is absent stays. A null symbol is none. */
export interface CurrencyChange {
  readonly name?: string | null;
  readonly symbol?: string | null;
  readonly unitSingular?: string | null;
  readonly unitPlural?: string | null;
}

export function currencyProblems({ name, symbol, unitSingular, unitPlural }: CurrencyChange): Problem[] {
  return [
    ...givenTextProblems('name', name, MOST_NAME_LENGTH),
    ...givenTextProblems('symbol', symbol, MOST_SYMBOL_LENGTH),
    ...givenTextProblems('unitSingular', unitSingular, MOST_UNIT_LENGTH),
    ...givenTextProblems('unitPlural', unitPlural, MOST_UNIT_LENGTH),
  ];
}
