import { tokensOf } from './tokens';

/** Where the pieces begin that two formulas do not share. */
export interface ChangedPieces {
  readonly before: ReadonlySet<number>;
  readonly after: ReadonlySet<number>;
}

/** Of what stands in both in the same order, as much as possible is shared. */
export function changedPieces(before: string, after: string): ChangedPieces {
  const [old, now] = [piecesOf(before), piecesOf(after)];
  const shared = sharedLengths(old, now);
  const changed = { before: new Set<number>(), after: new Set<number>() };
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i]!.text === now[j]!.text) [i, j] = [i + 1, j + 1];
    else if (j === now.length || (i < old.length && shared[i + 1]![j]! >= shared[i]![j + 1]!)) changed.before.add(old[i++]!.from);
    else changed.after.add(now[j++]!.from);
  }
  return changed;
}

interface Piece {
  readonly from: number;
  readonly text: string;
}

function piecesOf(formula: string): Piece[] {
  return tokensOf(formula).map(({ from, to }) => ({ from, text: formula.slice(from, to) }));
}

/** How many pieces can be shared from a place in each on. */
function sharedLengths(old: readonly Piece[], now: readonly Piece[]): Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i]![j] = old[i]!.text === now[j]!.text ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  return lengths;
}
