/** Something to tell about a formula. `line` and `column` count from 1; columns are UTF-16 units, as editors count. */
export interface FormulaProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More than these help nobody. */
export const MOST_PROBLEMS = 20;

/** Problems of one text, found anywhere in it by offset. Each place is complained about once. */
export class ProblemList {
  private readonly found = new Map<number, FormulaProblem>();

  constructor(readonly text: string) {}

  add(offset: number, message: string): void {
    if (this.found.size < MOST_PROBLEMS && !this.found.has(offset)) this.found.set(offset, { ...positionOf(this.text, offset), message });
  }

  get any(): boolean {
    return this.found.size > 0;
  }

  /** In the order of the text. */
  inOrder(): FormulaProblem[] {
    return [...this.found].sort(([a], [b]) => a - b).map(([, problem]) => problem);
  }
}

export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
