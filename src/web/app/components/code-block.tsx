import './code-block.css';
import { useState } from 'react';
import { Button } from './button';
import { Icon } from './icon';

const COPIED_MS = 2_000;

/** Copies a text, and says that it did. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <Button look="plain" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  );
}

interface CodeBlockProps {
  readonly code: string;
  readonly label: string;
  /** All of it is seen, on as many lines as that takes. */
  readonly wraps?: boolean;
}

/** A text for another program, to be copied. */
export function CodeBlock({ code, label, wraps = false }: CodeBlockProps) {
  return (
    <div className={wraps ? 'code-block code-block-wraps' : 'code-block'}>
      <div className="code-block-head">
        <span className="muted small">{label}</span>
        <CopyButton text={code} />
      </div>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
