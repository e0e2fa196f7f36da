import './field.css';
import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { ApiError } from '../api/api-error';
import { Button } from './button';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with it, as the API says. */
  readonly problem?: string | null | undefined;
}

interface FrameProps extends FieldProps {
  readonly id: string;
  readonly required?: boolean | undefined;
  readonly children: ReactNode;
}

function FieldFrame({ id, label, hint, problem, required, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required === false && <span className="muted"> optional</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, problem }: FieldProps) {
  const ids = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return { id, 'aria-describedby': ids || undefined, 'aria-invalid': problem ? true : undefined } as const;
}

export function TextField({ label, hint, problem, ...input }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const frame = { id, label, hint, problem, required: input.required };
  return (
    <FieldFrame {...frame}>
      <input className="control" autoComplete="off" spellCheck={false} {...input} {...described(id, frame)} />
    </FieldFrame>
  );
}

interface TextAreaProps {
  /** A formula, JSON: what machines read. */
  readonly isCode?: boolean;
}

export function TextAreaField({
  label,
  hint,
  problem,
  isCode = false,
  ...input
}: FieldProps & TextAreaProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const frame = { id, label, hint, problem, required: input.required };
  return (
    <FieldFrame {...frame}>
      <textarea className={isCode ? 'control control-code' : 'control'} rows={3} spellCheck={false} {...input} {...described(id, frame)} />
    </FieldFrame>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function SelectField({
  label,
  hint,
  problem,
  options,
  ...select
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement> & { readonly options: readonly Option[] }) {
  const id = useId();
  const frame = { id, label, hint, problem };
  return (
    <FieldFrame {...frame}>
      <select className="control" {...select} {...described(id, frame)}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

/** What is wrong at a field, by the path of the API's problems; null where nothing is. */
export function problemAt(error: Error | null, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const found = error.problems.filter((problem) => problem.field === field).map(({ message }) => message);
  return found.length > 0 ? found.join(' ') : null;
}

/** What is wrong but belongs to none of the fields that are shown. */
export function FormFailure({ error, fields }: { readonly error: Error | null; readonly fields: readonly string[] }) {
  if (!error) return null;
  const problems = error instanceof ApiError ? error.problems : [];
  const elsewhere = problems.filter(({ field }) => !fields.includes(field));
  if (problems.length > 0 && elsewhere.length === 0)
    return (
      <p className="form-failure" role="alert">
        {new Set(problems.map(({ field }) => field)).size === 1 ? 'One field needs another look.' : 'Some fields need another look.'}
      </p>
    );
  return (
    <div className="form-failure" role="alert">
      {elsewhere.length === 0 ? error.message : elsewhere.map(({ field, message }) => <p key={field + message}>{`${field}: ${message}`}</p>)}
    </div>
  );
}

interface FormActionsProps {
  readonly action: string;
  readonly busy: boolean;
  readonly onCancel?: () => void;
}

/** Sends a form, or leaves it. */
export function FormActions({ action, busy, onCancel }: FormActionsProps) {
  return (
    <div className="dialog-actions">
      {onCancel && <Button onClick={onCancel}>Cancel</Button>}
      <Button type="submit" look="primary" busy={busy}>
        {action}
      </Button>
    </div>
  );
}
