// Builds dist/ from what is here: no network, no install scripts. `node scripts/build.js` builds; `buildIfStale()` only when something changed.
const { execFileSync } = require('node:child_process');
const { createHash, randomBytes } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const PROJECT = join(__dirname, '..');
const DIST = join(PROJECT, 'dist');
/** Each with a configuration of vite of its own name. */
const PAGES = ['graphiql', 'app'];
const STAMP = 'built-from';
const INPUTS = [
  'src',
  'prisma/schema.prisma',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.graphiql.ts',
  'vite.app.ts',
  'schema.graphql',
  'scripts/build.js',
  'scripts/documents.js',
];
const GENERATED = [join('src', 'store', 'generated'), join('src', 'web', 'app', 'generated')];

function run(what, program, args, environment = {}) {
  const script = join(PROJECT, 'node_modules', program);
  if (!existsSync(script)) throw new Error(`Cannot build: ${program} is not installed. Run "npm ci --include=dev" first.`);
  try {
    execFileSync(process.execPath, [script, ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new Error(`${what} failed:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
}

/** What is written from schema.prisma for the server, and from schema.graphql for the web app. */
function generate() {
  generateClient();
  execFileSync(process.execPath, [join(__dirname, 'documents.js')], { stdio: 'inherit' });
}

/** Prisma would look for a native engine to download, which generating does not use: any program that exists will do in its place. */
function generateClient() {
  const environment = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' };
  run('Generating the database client', 'prisma/build/index.js', ['generate'], environment);
}

/** Into a folder of its own, moved into place when complete: a server that runs, or a second build, never sees half of it. */
function build() {
  const inputs = hashOfInputs();
  const draft = `${DIST}.${randomBytes(4).toString('hex')}`;
  try {
    generate();
    run('Compiling', 'typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', draft]);
    for (const page of PAGES) buildPage(page, join(draft, 'web', page));
    writeFileSync(join(draft, STAMP), inputs);
    replaceDist(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Where a package of the server leaves the pages out, it is built without them. The same page comes of it wherever it is built, also from within a test. */
function buildPage(page, folder) {
  const config = `vite.${page}.ts`;
  const args = ['build', '--config', config, '--outDir', folder];
  if (existsSync(join(PROJECT, config))) run(`Building /${page}`, 'vite/bin/vite.js', args, { NODE_ENV: 'production' });
}

function replaceDist(draft) {
  const old = `${draft}.old`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(draft, DIST);
  rmSync(old, { recursive: true, force: true });
}

function buildIfStale() {
  const stamp = join(DIST, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfInputs()) return;
  console.error('Building …');
  build();
}

/** The sources run as they are; what they cannot do without is the database client and the built pages. */
function prepareForDev() {
  if (PAGES.every((page) => existsSync(join(DIST, 'web', page, 'index.html')))) return generate();
  console.error('Building the pages …');
  build();
}

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const path of INPUTS.flatMap((input) => filesOf(join(PROJECT, input)))) hash.update(`${relative(PROJECT, path)}\n`).update(readFileSync(path));
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = path.endsWith('src') ? readdirSync(path, { recursive: true, withFileTypes: true }) : null;
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !GENERATED.some((folder) => relative(PROJECT, file).startsWith(folder)))
    .sort();
}

module.exports = { buildIfStale };

if (require.main === module) {
  try {
    if (process.argv[2] === 'generate') generate();
    else if (process.argv[2] === 'client') generateClient();
    else if (process.argv[2] === 'if-stale') buildIfStale();
    else if (process.argv[2] === 'for-dev') prepareForDev();
    else build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
