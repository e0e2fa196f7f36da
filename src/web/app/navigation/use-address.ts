import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'wouter';

export type AddressChange = Readonly<Record<string, string | readonly string[] | null>>;

export interface Address {
  readonly parameters: URLSearchParams;
  text(name: string): string | null;
  list(name: string): string[];
  /** The address of this view after a change; null takes a parameter away. Cursors go with any change that is not of them: they belong to one list. */
  withChange(change: AddressChange): string;
  change(change: AddressChange, options?: { readonly replace?: boolean }): void;
}

const CURSORS = ['after', 'before'];

/** The parameters of a list's cursors. A view with several lists names them; its own list needs no name. */
export function cursorNames(list?: string): { readonly after: string; readonly before: string } {
  return list === undefined ? { after: 'after', before: 'before' } : { after: `${list}-after`, before: `${list}-before` };
}

/** All that a view shows is in its address, so that it can be shared and reloaded. */
export function useAddress(): Address {
  const [path] = useLocation();
  const [parameters, setParameters] = useSearchParams();
  const text = useCallback((name: string) => parameters.get(name), [parameters]);
  const list = useCallback((name: string) => parameters.getAll(name), [parameters]);
  const withChange = useCallback((change: AddressChange) => `${path}?${changed(parameters, change).toString()}`, [path, parameters]);
  const change = useCallback(
    (next: AddressChange, options?: { readonly replace?: boolean }) =>
      setParameters((previous) => changed(previous, next), { replace: options?.replace ?? false }),
    [setParameters],
  );
  return { parameters, text, list, withChange, change };
}

export function changed(parameters: URLSearchParams, change: AddressChange): URLSearchParams {
  const next = new URLSearchParams(parameters);
  for (const name of CURSORS) next.delete(name);
  for (const [name, value] of Object.entries(change)) {
    next.delete(name);
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) next.append(name, one);
  }
  return next;
}

/** Where a list stands, as its connection takes it. */
export function usePageArguments(size: number, list?: string): { first: number; after: string | null } | { last: number; before: string } {
  const { text } = useAddress();
  const names = cursorNames(list);
  const before = text(names.before);
  return before === null ? { first: size, after: text(names.after) } : { last: size, before };
}
