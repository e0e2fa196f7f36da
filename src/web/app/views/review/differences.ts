import { groupDigits } from '../../format/amount';
import { relativeDifferenceText, signedPercent } from '../../format/difference';
import { namesIn } from '../../formula/names';
import type { PlanRate } from '../plans/plan-rate';

/** What is different for one feature between two versions of a plan. */
export interface Difference {
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  readonly feature: PlanRate['feature'];
  readonly before: PlanRate | null;
  readonly after: PlanRate | null;
  /** In words, a sentence each. */
  readonly sentences: readonly string[];
}

/** Every difference, by feature; none where the prices are the same. */
export function differencesBetween(before: readonly PlanRate[], after: readonly PlanRate[]): Difference[] {
  const byFeature = new Map(before.map((rate) => [rate.feature.id, rate]));
  const differences: Difference[] = [];
  for (const rate of after) {
    const old = byFeature.get(rate.feature.id) ?? null;
    byFeature.delete(rate.feature.id);
    if (!old)
      differences.push({
        kind: 'ADDED',
        feature: rate.feature,
        before: null,
        after: rate,
        sentences: ['It gets a price. Until now, usage of it was refused.'],
      });
    else if (!isSameRate(old, rate))
      differences.push({ kind: 'CHANGED', feature: rate.feature, before: old, after: rate, sentences: changes(old, rate) });
  }
  for (const old of byFeature.values())
    differences.push({
      kind: 'REMOVED',
      feature: old.feature,
      before: old,
      after: null,
      sentences: ['It has no price any more: usage of it will be refused.'],
    });
  return differences;
}

function isSameRate(a: PlanRate, b: PlanRate): boolean {
  return a.mode === b.mode && a.currency.id === b.currency.id && a.creditsPerUnit === b.creditsPerUnit && a.formula === b.formula;
}

function changes(before: PlanRate, after: PlanRate): string[] {
  const sentences: string[] = [];
  if (before.currency.id !== after.currency.id) sentences.push(`It is charged in ${after.currency.name} instead of ${before.currency.name}.`);
  if (before.mode !== after.mode)
    sentences.push(after.mode === 'FORMULA' ? 'A formula takes the place of the flat price.' : 'A flat price takes the place of the formula.');
  else if (after.mode === 'FLAT') sentences.push(...flatChanges(before.creditsPerUnit ?? '0', after.creditsPerUnit ?? '0'));
  else if (before.formula !== after.formula) sentences.push(formulaChange(before.formula ?? '', after.formula ?? ''));
  return sentences;
}

function flatChanges(before: string, after: string): string[] {
  if (before === after) return [];
  const relative = relativeDifferenceText(before, after);
  const size = relative === null ? '' : ` (${signedPercent(relative)})`;
  const verb = relative?.startsWith('-') ? 'falls' : 'rises';
  return [`The price ${verb} from ${groupDigits(before)} to ${groupDigits(after)}${size}.`];
}

function formulaChange(before: string, after: string): string {
  const [old, now] = [namesIn(before), namesIn(after)];
  const added = [...now].filter((name) => !old.has(name));
  const gone = [...old].filter((name) => !now.has(name));
  const parts = [added.length > 0 && `it now depends on ${listText(added)}`, gone.length > 0 && `it no longer depends on ${listText(gone)}`].filter(
    Boolean,
  );
  return `The formula changes${parts.length > 0 ? `: ${parts.join(', and ')}` : ''}.`;
}

function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
