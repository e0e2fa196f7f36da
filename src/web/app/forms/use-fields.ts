import { useState, type ChangeEvent } from 'react';

type FieldElement = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

interface BoundField {
  readonly value: string;
  readonly onChange: (event: ChangeEvent<FieldElement>) => void;
}

export interface Fields<Name extends string> {
  readonly values: Readonly<Record<Name, string>>;
  /** For `<TextField {...field('name')} />`. */
  field(name: Name): BoundField;
  set(name: Name, value: string): void;
}

/** What is typed into the fields of a form. */
export function useFields<Name extends string>(start: Readonly<Record<Name, string>>): Fields<Name> {
  const [values, setValues] = useState(start);
  const set = (name: Name, value: string): void => setValues((before) => ({ ...before, [name]: value }));
  return { values, set, field: (name) => ({ value: values[name], onChange: (event) => set(name, event.target.value) }) };
}
