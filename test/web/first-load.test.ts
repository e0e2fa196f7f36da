import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';

const FOLDER = join(__dirname, '../../dist/web/app');
const MANIFEST = join(FOLDER, 'manifest.json');
const MOST_BYTES = 150_000;

/** One built module, as vite lists it. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

const manifest: Record<string, Chunk> = existsSync(MANIFEST) ? (JSON.parse(readFileSync(MANIFEST, 'utf8')) as Record<string, Chunk>) : {};

function bytesOf(file: string): number {
  return gzipSync(readFileSync(join(FOLDER, file))).length;
}

/** Everything that the browser loads for these modules: they, what they import, and the styles of all of them. */
function filesOf(names: readonly string[]): Set<string> {
  const files = new Set<string>();
  const add = (name: string): void => {
    const chunk = manifest[name]!;
    if (files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    chunk.imports?.forEach(add);
  };
  names.forEach(add);
  return files;
}

const entry = Object.keys(manifest).filter((name) => manifest[name]!.isEntry);
/** What is loaded when it is needed, not with the view around it. */
const LATER = /editor/;
const views = Object.keys(manifest).filter((name) => manifest[name]!.isDynamicEntry && !LATER.test(name));

describe('the first load of the web app', () => {
  test('is built, with views that load when they are shown', () => {
    expect(entry).toEqual(['index.html']);
    expect(views.length).toBeGreaterThan(0);
  });

  test.each(views)(`is below ${MOST_BYTES / 1000} kB gzip for %s`, (view) => {
    const files = ['index.html', ...filesOf([...entry, view])];
    const bytes = files.reduce((sum, file) => sum + bytesOf(file), 0);
    expect({ files, bytes: bytes < MOST_BYTES ? 'few enough' : bytes }).toEqual({ files, bytes: 'few enough' });
  });
});
