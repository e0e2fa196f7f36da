import { tokensOf } from './tokens';

/** A place in a text, as the API says it: both from 1, the column in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Whether something that is told is about what does not stand in the text, and so about no place in it. */
export function isPlaceless(code: string | undefined): boolean {
  return code === 'DIMENSION_UNUSED';
}

/** What to underline for something that is told about a place: the piece that begins there, or else one character; at the end, the last piece. */
export function rangeAt(text: string, { line, column }: TextPlace): { readonly from: number; readonly to: number } {
  const at = Math.min(offsetOf(text, line, column), text.length);
  const tokens = tokensOf(text);
  const piece = tokens.find(({ from, to }) => from <= at && at < to);
  if (piece) return { from: at, to: piece.to };
  const last = tokens.findLast(({ to }) => to <= at);
  return last ? { from: last.from, to: last.to } : { from: 0, to: text.length };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start + column - 1;
}
