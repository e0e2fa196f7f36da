import './formula-field.css';
import type { ReactNode } from 'react';
import { tokensOf } from './tokens';

/** A formula to be read, in the colours of the editor. */
export function FormulaCode({ text }: { readonly text: string }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { kind, from, to } of tokensOf(text)) {
    if (from > end) parts.push(text.slice(end, from));
    parts.push(
      <span key={from} className={`fx-${kind}`}>
        {text.slice(from, to)}
      </span>,
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
