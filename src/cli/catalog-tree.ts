import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, stringify, type Node, type ScalarTag, type Tags } from 'yaml';
import { ExactNumber } from '../domain/exact-number';

/** What YAML and JSON can both say. Maps keep their order, and any text is a key; numbers keep their digits. */
export type Tree = string | boolean | null | ExactNumber | readonly Tree[] | TreeMap;
export type TreeMap = ReadonlyMap<string, Tree>;

export const CATALOG_FORMATS = { yaml: 'yaml', json: 'json' } as const;
export type CatalogFormat = keyof typeof CATALOG_FORMATS;

/** A place in the text of a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong; the place is that of the path, such as `plans/team/rates/chat/formula`, or of what is nearest around it. */
export interface FileProblem extends Place {
  readonly path: string;
  readonly message: string;
}

/** A file as it was read: `tree` is null where it cannot be read at all. */
export interface ReadTree {
  readonly tree: Tree;
  readonly problems: readonly FileProblem[];
  readonly placeOf: (path: string) => Place;
}

const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

const exactNumber: ScalarTag = {
  identify: (value) => value instanceof ExactNumber,
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: NUMBER,
  resolve: (text) => new ExactNumber(text.replace(/^\+/, '')),
  stringify: ({ value }) => (value as ExactNumber).text,
};

/** Numbers as texts with all their digits, in place of JavaScript's. */
const customTags = (tags: Tags): Tags => [...tags.filter((tag) => typeof tag === 'string' || !/:(int|float)$/.test(tag.tag)), exactNumber];

export function formatOfCatalog(path: string): CatalogFormat | null {
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  return /\.json$/i.test(path) ? 'json' : null;
}

/** The same tree always gives the same text. */
export function writeTree(tree: TreeMap, format: CatalogFormat): string {
  if (format === 'json') return `${treeToJson(tree, '')}\n`;
  return stringify(tree, { customTags, compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

export function isSameTree(a: Tree, b: Tree): boolean {
  return treeToJson(a) === treeToJson(b);
}

/** JSON with all digits of its numbers; indented where an indent is given. */
export function treeToJson(tree: Tree, indent?: string): string {
  if (tree instanceof ExactNumber) return tree.text;
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree);
  const inner = indent === undefined ? undefined : `${indent}  `;
  const colon = indent === undefined ? ':' : ': ';
  const isList = Array.isArray(tree);
  const items = isList
    ? (tree as readonly Tree[]).map((item) => treeToJson(item, inner))
    : [...(tree as TreeMap)].map(([key, value]) => `${JSON.stringify(key)}${colon}${treeToJson(value, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (items.length === 0 || inner === undefined) return `${open}${items.join(',')}${close}`;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

/** Reads YAML, and JSON, which is a part of it. */
export function readTree(text: string, format: CatalogFormat): ReadTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { customTags, lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const reading = new TreeReading(lines);
  const notJson = format === 'json' ? jsonProblem(text, reading) : null;
  if (document.errors.length > 0)
    return {
      tree: null,
      placeOf: reading.placeOf,
      problems: document.errors.map(({ pos, message }) => reading.problemAt(pos[0], '', firstLine(message))),
    };
  if (notJson) return { tree: null, placeOf: reading.placeOf, problems: [notJson] };
  const tree = reading.read(document.contents as Node | null, '');
  return { tree, problems: reading.problems, placeOf: reading.placeOf };
}

function jsonProblem(text: string, reading: TreeReading): FileProblem | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    return reading.problemAt(Number(position ?? 0), '', `The file is not JSON: ${message.replace(/ \(line.*\)$/, '')}.`);
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0]!;
}

class TreeReading {
  readonly problems: FileProblem[] = [];
  private readonly places = new Map<string, Place>([['', { line: 1, column: 1 }]]);

  constructor(private readonly lines: LineCounter) {}

  /** Of what is at the path or, where nothing is, of the nearest thing around it. */
  readonly placeOf = (path: string): Place => {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const place = this.places.get(at);
      if (place) return place;
    }
  };

  problemAt(offset: number, path: string, message: string): FileProblem {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col, path, message };
  }

  read(node: Node | null, path: string): Tree {
    if (isAlias(node)) this.problems.push(this.problemAt(node.range?.[0] ?? 0, path, `*${node.source} must be written out.`));
    if (isMap(node)) return this.readMap(node.items as readonly { key: unknown; value: unknown }[], path);
    if (isSeq(node)) return (node.items as Node[]).map((item, index) => this.readItem(item, item, `${path}/${index}`));
    if (!isScalar(node)) return null;
    const { value } = node;
    return value instanceof ExactNumber || typeof value === 'string' || typeof value === 'boolean' ? value : null;
  }

  private readMap(pairs: readonly { key: unknown; value: unknown }[], path: string): TreeMap {
    const map = new Map<string, Tree>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? '')) : null;
      if (name === null) this.problems.push(this.problemAt((key as Node | null)?.range?.[0] ?? 0, path, 'A key must be a text.'));
      else map.set(name, this.readItem(key as Node, value as Node | null, path === '' ? name : `${path}/${name}`));
    }
    return map;
  }

  private readItem(at: Node, value: Node | null, path: string): Tree {
    const { line, col } = this.lines.linePos(at.range?.[0] ?? 0);
    this.places.set(path, { line, column: col });
    return this.read(value, path);
  }
}
