import { nearestName, shortName } from '../formula/functions';
import type { Formula } from '../formula/formula';
import type { FormulaVariable } from '../formula/variables';
import type { ValueType } from '../formula/syntax-tree';
import { ENOUGH_EVENTS, shareText, type DimensionProfile, type FeatureProfile } from './feature-profile';
import { exampleOf, type WarningList } from './formula-warning';
import type { Replay } from './replay';
import { declarationOf, type FormulaScope } from './variable-domain';

const TYPE_WORDS = { number: 'a number', text: 'a text', boolean: 'true or false' } as const satisfies Record<ValueType, string>;
const DECLARED_TYPES = { NUMBER: 'number', TEXT: 'text', BOOLEAN: 'boolean' } as const;

/** Warns of dimensions that were never seen, stopped arriving, can be missing, or have another type than the formula needs. */
export function warnOfDimensions(formula: Formula, scope: FormulaScope, replayed: Replay, warnings: WarningList): void {
  for (const variable of formula.variables) {
    if (variable.dimension === null) continue;
    const judge = new DimensionJudge(variable, variable.dimension, scope, replayed, warnings);
    judge.judge(formula.firstUses.get(variable.dimension) ?? 0);
  }
}

class DimensionJudge {
  constructor(
    readonly variable: FormulaVariable,
    readonly name: string,
    readonly scope: FormulaScope,
    readonly replayed: Replay,
    readonly warnings: WarningList,
  ) {}

  judge(at: number): void {
    const declaration = declarationOf(this.name, this.scope.declarations);
    if (declaration && this.variable.type !== 'any' && DECLARED_TYPES[declaration.type] !== this.variable.type)
      return this.tell('DIMENSION_TYPE_DIFFERS', at, `is needed as ${TYPE_WORDS[this.variable.type]} but declared as ${declaration.type}.`);
    const { profile } = this.scope;
    const seen = profile?.dimensions.get(declaration?.name ?? this.name) ?? null;
    if (profile && profile.events.length + profile.namesBefore.size > 0) {
      if (!seen && !declaration && this.tellUnseen(at, profile)) return;
      if (seen?.stopped) return this.tellStopped(at, seen, profile);
      if (seen && this.tellMistyped(at)) return;
    }
    if (declaration?.required !== true) this.tellMissing(at, declaration !== null);
  }

  private tell(code: 'DIMENSION_TYPE_DIFFERS' | 'DIMENSION_CAN_BE_MISSING' | 'DIMENSION_STOPPED', at: number, words: string): void {
    this.warnings.add(code, at, `${shortName(this.name)} ${words}`, { variable: this.variable.name });
  }

  /** Whether there was something to tell: other events of the feature may have had it. */
  private tellUnseen(at: number, profile: FeatureProfile): boolean {
    if (profile.namesBefore.has(this.name)) {
      if (profile.events.length >= ENOUGH_EVENTS)
        this.tell('DIMENSION_STOPPED', at, `was seen before, but none of the latest ${profile.events.length} events has it.`);
      return true;
    }
    const counts = new Map([...profile.namesBefore].map((name) => [name, 0]));
    for (const { name, count } of profile.dimensions.values()) counts.set(name, count);
    for (const { name, aliases } of this.scope.declarations) for (const known of [name, ...aliases]) if (!counts.has(known)) counts.set(known, 0);
    const nearest = nearestName(this.name, counts.keys());
    const written = nearest === undefined ? '' : /^[A-Za-z_]\w*$/.test(nearest) ? nearest : `dimension(${JSON.stringify(nearest)})`;
    const count = counts.get(nearest ?? '') ?? 0;
    const share = count > 0 ? `, seen in ${shareText(count, profile.events.length)} of events` : '';
    const hint = nearest === undefined ? '' : ` Did you mean ${written}${share}?`;
    const refused = this.replayed.missing.get(this.name)?.count ?? 0;
    const isAll = refused === this.replayed.events;
    const outcome = refused === 0 ? '' : `, so ${isAll ? 'every event' : shareText(refused, this.replayed.events) + ' of events'} would be refused`;
    this.warnings.add('DIMENSION_NEVER_SEEN', at, `No event of this feature was seen with the dimension ${shortName(this.name)}${outcome}.${hint}`, {
      variable: this.variable.name,
      suggestion: nearest ?? null,
      seen: false,
    });
    return true;
  }

  private tellStopped(at: number, seen: DimensionProfile, profile: FeatureProfile): void {
    const later = profile.events.filter((event) => event.at > seen.lastSeen).length;
    this.tell('DIMENSION_STOPPED', at, `stopped arriving: it was last seen at ${seen.lastSeen.toISOString()}, and ${later} events came since.`);
  }

  private tellMistyped(at: number): boolean {
    const happened = this.replayed.mistyped.get(this.name);
    if (!happened || this.variable.type === 'any') return false;
    const share = shareText(happened.count, this.replayed.events);
    const message = `${shortName(this.name)} must be ${TYPE_WORDS[this.variable.type]} here, but is something else in ${share} of the events looked at, which would be refused.`;
    const details = { variable: this.variable.name, example: exampleOf(happened.event), seen: true };
    this.warnings.add('DIMENSION_TYPE_DIFFERS', at, message, details);
    return true;
  }

  private tellMissing(at: number, declaredOptional: boolean): void {
    const happened = this.replayed.missing.get(this.name);
    const remedy = `coalesce(${this.name}, 0) or exists(${this.name}) says what it is then.`;
    if (happened) {
      const share = shareText(happened.count, this.replayed.events);
      const message = `${shortName(this.name)} is missing in ${share} of the events looked at, which would be refused; ${remedy}`;
      return this.warnings.add('DIMENSION_CAN_BE_MISSING', at, message, {
        variable: this.variable.name,
        example: exampleOf(happened.event),
        seen: true,
      });
    }
    if (declaredOptional && !this.variable.optional && this.replayed.events === 0)
      this.tell('DIMENSION_CAN_BE_MISSING', at, `is declared, but not as required; an event without it is refused; ${remedy}`);
  }
}

/** What a dimension that counts consumption is usually called, in its last word. */
const METERED_WORDS = new Set(
  'tokens token characters chars images pages bytes documents emails messages minutes megabytes gigabytes mb gb records rows units credits'.split(
    ' ',
  ),
);
const WHOLE_WORDS = new Set(['total', 'all', 'sum', 'overall']);
/** In so many of the events looked at, at least. */
const USUAL_SHARE = 0.5;

/** Warns of numbers that look as if they were to be paid for, in most events, while the formula reads others of their kind. */
export function warnOfUnused(formula: Formula, { profile, declarations }: FormulaScope, warnings: WarningList): void {
  if (!profile || profile.events.length < ENOUGH_EVENTS || formula.variables.length === 0) return;
  const used = new Set(formula.variables.flatMap(({ dimension }) => declarationOf(dimension ?? '', declarations)?.name ?? dimension ?? []));
  const usedWords = [...used].map(wordsOf);
  for (const { name, numbers } of profile.dimensions.values()) {
    const words = wordsOf(name);
    const last = words.at(-1)!;
    if (used.has(name) || !numbers || numbers.count < USUAL_SHARE * profile.events.length || numbers.least.eq(numbers.greatest)) continue;
    const isOfKind = METERED_WORDS.has(last) && usedWords.some((others) => others.at(-1) === last);
    const readsValueAlone = used.size === 0 && METERED_WORDS.has(last) && isValueConstant(profile);
    if (!(isOfKind || readsValueAlone) || isPartOfUsed(words, usedWords) || warnings.suggests(name)) continue;
    const share = shareText(numbers.count, profile.events.length);
    const message = `${name} is in ${share} of the events, from ${numbers.least.toFixed()} to ${numbers.greatest.toFixed()}, and the formula does not use it.`;
    warnings.add('DIMENSION_UNUSED', 0, message, { variable: name, seen: true });
  }
}

/** Where the value is the same in all events, usage is in something else. */
function isValueConstant({ values }: FeatureProfile): boolean {
  return values !== null && values.least.eq(values.greatest);
}

/** A total has its parts in it, and parts make up their total. */
function isPartOfUsed(words: readonly string[], usedWords: readonly (readonly string[])[]): boolean {
  const last = words.at(-1);
  const isWhole = (some: readonly string[]) => some.length === 1 || some.some((word) => WHOLE_WORDS.has(word));
  return isWhole(words) || usedWords.some((others) => others.at(-1) === last && isWhole(others));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
