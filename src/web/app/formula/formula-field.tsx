import './formula-field.css';
import { lazy, Suspense, useId } from 'react';
import type { Dimensions } from '../api/exact-json';
import { Icon } from '../components/icon';
import type { SeenDimension } from './dimensions';
import { isPlaceless } from './problem-range';

/** Something told about a place in a formula, as the API says it. */
export interface FormulaRemark {
  /** Of a warning. */
  readonly code?: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** An event that shows it. */
  readonly example?: ExampleEvent | null;
}

export interface ExampleEvent {
  readonly value: string;
  readonly dimensions: Dimensions;
}

export interface FormulaFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** For completion. */
  readonly seen: readonly SeenDimension[];
  readonly problems: readonly FormulaRemark[];
  readonly warnings: readonly FormulaRemark[];
  readonly label: string;
  /** How to use it, for those who do not see it. */
  readonly describedBy: string;
  readonly readOnly?: boolean;
}

type FieldProps = Omit<FormulaFieldProps, 'label' | 'describedBy'> & {
  readonly label?: string;
  readonly onTry: (example: ExampleEvent) => void;
  /** What is told is about an earlier text. */
  readonly isChecking: boolean;
};

const FormulaEditor = lazy(() => import('./formula-editor'));
const HOW_TO = 'Control and space offers dimensions and functions. Tab leaves the field.';

/** The formula of a rate: coloured, completed and checked while it is typed. What is wrong is underlined, and said below. */
export function FormulaField({ label = 'Formula', onTry, isChecking, ...props }: FieldProps) {
  const { value, problems, warnings } = props;
  const id = useId();
  return (
    <div className="field">
      <span id={id} className="formula-label">
        {label}
      </span>
      <div className="formula-frame" data-invalid={problems.length > 0 || undefined}>
        <Suspense fallback={<pre className="formula-waiting">{value}</pre>}>
          <FormulaEditor {...props} label={label} describedBy={HOW_TO} />
        </Suspense>
        <footer className="formula-foot">
          <span>
            <kbd>Ctrl</kbd> <kbd>Space</kbd> for dimensions and functions
          </span>
          <span className="numeric">{isChecking ? 'Checking …' : `${new TextEncoder().encode(value).length} of 4,096 bytes`}</span>
        </footer>
      </div>
      <Remarks isOutdated={isChecking} problems={problems} warnings={warnings} onTry={onTry} />
    </div>
  );
}

/** Everything that is underlined, as a list: a screen reader is told when it changes. */
function Remarks({ isOutdated, problems, warnings, onTry }: Pick<FieldProps, 'problems' | 'warnings' | 'onTry'> & { readonly isOutdated: boolean }) {
  const told = [...problems.map((one) => ({ ...one, tone: 'bad' })), ...warnings.map((one) => ({ ...one, tone: 'warn' }))];
  return (
    <ul className="formula-remarks" data-outdated={isOutdated || undefined} aria-live="polite" aria-label="Problems of the formula">
      {told.map(({ code, line, column, message, example, tone }) => (
        <li key={`${tone} ${line} ${column} ${message}`} className={`formula-remark formula-remark-${tone}`}>
          <Icon name="warning" size={14} />
          <span>
            <span className="only-spoken">{`${tone === 'bad' ? 'Problem' : 'Warning'}: `}</span>
            {!isPlaceless(code) && <span className="numeric muted">{`Line ${line}, column ${column}: `}</span>}
            {message.replace(/(?<=\()-(?=\d)/g, '−')}
            {example && (
              <>
                {' '}
                <button type="button" className="formula-try" onClick={() => onTry(example)}>
                  Try such an event
                </button>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
