import { amountRule, creditsFromText, type Credits } from './credits';
import { DrawdownError, type ErrorCode, type Problem } from './errors';
import { idProblems, textProblems } from './ids';

export const MOST_NAME_LENGTH = 255;
export const MOST_UNIT_LENGTH = 64;
export const MOST_SYMBOL_LENGTH = 16;

export type ProblemsByCode = readonly (readonly [ErrorCode, readonly Problem[]])[];

/** Throws one error with all the problems of an input, under the first code that has any. */
export function refuseInput(...problemsByCode: ProblemsByCode): void {
  const code = problemsByCode.find(([, problems]) => problems.length > 0)?.[0];
  if (!code) return;
  const problems = problemsByCode.flatMap(([, some]) => some);
  throw new DrawdownError(code, problems.map((p) => `${p.field}: ${p.message}`).join(' '), problems);
}

/** For the creation of a thing with an id of the caller's choice. */
export function refuseNewThing(id: string, problems: readonly Problem[]): void {
  refuseInput(['ID_INVALID', idProblems('id', id)], ['INPUT_INVALID', problems]);
}

/** For a text that may be absent, which is no problem. */
export function givenTextProblems(field: string, text: string | null | undefined, most: number): Problem[] {
  return text === null || text === undefined ? [] : textProblems(field, text, most);
}

/** Refuses a name that nothing in this environment has. */
export function requireFound<T>(code: ErrorCode, word: string, id: string, it: T | null): T {
  if (it === null) throw new DrawdownError(code, `There is no ${word} ${id}.`);
  return it;
}

/** An amount as the wire gives it, of at least 0; null with a problem added where it is not one. */
export function readAmount(field: string, text: string, problems: Problem[]): Credits | null {
  const amount = creditsFromText(text);
  if (amount !== null && amount >= 0n) return amount;
  problems.push({ field, message: amountRule(' of at least 0') });
  return null;
}

/** Refuses (ARCHIVED) the change or new use of something archived. `thing` is a word and an id, such as `plan pro`. */
export function requireUnarchived(thing: string, it: { readonly archivedAt: Date | null }): void {
  if (it.archivedAt) throw new DrawdownError('ARCHIVED', `The ${thing} is archived and cannot be used or changed.`);
}

const MOST_NAMED_USERS = 10;

/** Refuses (IN_USE) to archive what something still uses, naming the first ten users. */
export function requireUnused(thing: string, users: readonly string[]): void {
  if (users.length === 0) return;
  const named = users.slice(0, MOST_NAMED_USERS).join(', ');
  const more = users.length > MOST_NAMED_USERS ? ' and more' : '';
  throw new DrawdownError('IN_USE', `The ${thing} is still used by ${named}${more}.`);
}
