import './formula-field.css';
import type { ReactNode } from 'react';
import { tokensOf } from './tokens';

interface FormulaCodeProps {
  readonly text: string;
  /** Where pieces begin that are to be noticed. */
  readonly marked?: ReadonlySet<number> | undefined;
}

/** A formula to be read, in the colours of the editor. */
export function FormulaCode({ text, marked }: FormulaCodeProps) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { kind, from, to } of tokensOf(text)) {
    if (from > end) parts.push(text.slice(end, from));
    const Piece = marked?.has(from) ? 'mark' : 'span';
    parts.push(
      <Piece key={from} className={`fx-${kind}`}>
        {text.slice(from, to)}
      </Piece>,
    );
    end = to;
  }
  return (
    <code className="formula-code">
      {parts}
      {text.slice(end)}
    </code>
  );
}
