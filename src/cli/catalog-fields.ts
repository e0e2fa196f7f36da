import { Decimal } from '../domain/decimal';
import type { DimensionValue } from '../domain/dimensions';
import type { Problem } from '../domain/errors';
import { ExactNumber } from '../domain/exact-number';
import type { Tree, TreeMap } from './catalog-tree';

const NOTHING: TreeMap = new Map();

/** The fields of one thing of a file. Each is asked for by its type; what has another is complained of, once, and counts as missing. */
export class TreeFields {
  private readonly fields: TreeMap;
  private readonly wrongNames = new Set<string>();

  constructor(
    tree: Tree,
    private readonly path: string,
    private readonly complain: (path: string, message: string) => void,
    known: readonly string[],
  ) {
    this.fields = isMap(tree) ? tree : NOTHING;
    if (!isMap(tree)) this.complainHere('', `must be a map${path === '' ? ` with ${known.join(', ')}` : ` of ${known.join(', ')}`}.`);
    for (const name of this.fields.keys()) if (!known.includes(name)) this.complainHere(name, `is no field here; there are ${known.join(', ')}.`);
  }

  has(name: string): boolean {
    return this.tree(name) !== null;
  }

  tree(name: string): Tree {
    return this.fields.get(name) ?? null;
  }

  text(name: string): string | null {
    const value = this.tree(name);
    return value === null || typeof value === 'string' ? value : this.wrong(name, 'must be a text; write it in quotes.');
  }

  needed(name: string): string {
    const text = this.text(name);
    if (text !== null) return text;
    if (!this.wrongNames.has(name)) this.complainHere('', `must have ${name}.`);
    this.wrongNames.add(name);
    return '';
  }

  number(name: string): ExactNumber | null {
    const value = this.tree(name);
    return value === null || value instanceof ExactNumber ? value : this.wrong(name, 'must be a number.');
  }

  /** A text or a number: all digits of an amount are kept either way. */
  amount(name: string): string | null {
    const value = this.tree(name);
    if (value instanceof ExactNumber) return value.text;
    return value === null || typeof value === 'string' ? value : this.wrong(name, 'must be an amount such as "12.5".');
  }

  boolean(name: string): boolean | null {
    const value = this.tree(name);
    return value === null || typeof value === 'boolean' ? value : this.wrong(name, 'must be true or false.');
  }

  value(name: string): DimensionValue | null {
    const value = this.tree(name);
    if (value instanceof ExactNumber) return new Decimal(value.text);
    return typeof value === 'string' || typeof value === 'boolean' || value === null
      ? value
      : this.wrong(name, 'must be a text, a number or a boolean.');
  }

  oneOf(name: string, values: Readonly<Record<string, string>>): string | null {
    const text = this.text(name);
    return text === null || Object.hasOwn(values, text) ? text : this.wrong(name, `must be one of ${Object.keys(values).join(', ')}.`);
  }

  map(name: string): TreeMap {
    const value = this.tree(name);
    return value === null || isMap(value) ? (value ?? NOTHING) : (this.wrong(name, 'must be a map.') ?? NOTHING);
  }

  list(name: string): readonly Tree[] {
    const value = this.tree(name);
    return value === null || Array.isArray(value) ? ((value ?? []) as readonly Tree[]) : (this.wrong(name, 'must be a list.') ?? []);
  }

  texts(name: string): string[] {
    return this.list(name).flatMap((item, index) => (typeof item === 'string' ? [item] : (this.wrong(`${name}/${index}`, 'must be a text.') ?? [])));
  }

  /** What the domain says of the fields, without those that were complained of here: nothing is told twice. */
  notTold(problems: readonly Problem[]): Problem[] {
    return problems.filter(({ field }) => !this.wrongNames.has(field.split('.')[0]!));
  }

  requireOneOf(a: string, b: string): void {
    if (this.has(a) === this.has(b)) this.complainHere('', `must have exactly one of ${a} and ${b}.`);
  }

  private wrong(name: string, message: string): null {
    this.wrongNames.add(name.split('/')[0]!);
    this.complainHere(name, message);
    return null;
  }

  private complainHere(name: string, message: string): void {
    this.complain(name === '' || this.path === '' ? this.path + name : `${this.path}/${name}`, message);
  }
}

function isMap(tree: Tree): tree is TreeMap {
  return tree instanceof Map;
}
