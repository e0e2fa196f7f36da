import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

/** The laws of the project that no other tool knows. Each names, file by file, the sentence that was broken. */
const PROJECT = join(__dirname, '..');
const MOST_FILE_LINES = 400;
const MOST_FUNCTION_LINES = 70;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: PROJECT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(PROJECT, path)));
const textFiles = tracked.filter((path) => !/\.(png|ico|woff2?|ttf|gz)$/.test(path));
const sources = tracked.filter((path) => /^(src|test|bench|scripts)\/.*\.tsx?$/.test(path));
const serverSources = sources.filter((path) => path.startsWith('src/') && !path.startsWith('src/web/'));

function textOf(path: string): string {
  return readFileSync(join(PROJECT, path), 'utf8');
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true);
}

interface Import {
  readonly file: string;
  readonly room: string;
  /** A path in the project, or the name of a package. */
  readonly target: string;
  readonly targetRoom: string | null;
  readonly typeOnly: boolean;
  readonly names: readonly string[];
}

function importsOf(file: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, names: readonly string[]): void => {
    const inside = specifier.startsWith('.');
    const target = inside ? relative(PROJECT, resolve(PROJECT, dirname(file), specifier)) : specifier;
    imports.push({ file, room: roomOf(file), target, targetRoom: inside ? roomOf(target) : null, typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : null;
      const values = named?.filter((element) => !element.isTypeOnly).map((element) => element.name.text) ?? [];
      const typeOnly = node.importClause?.isTypeOnly === true || (named !== null && !node.importClause?.name && values.length === 0);
      add(node.moduleSpecifier.text, typeOnly, values);
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      add(node.moduleSpecifier.text, node.isTypeOnly, []);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && ts.isStringLiteral(node.arguments[0]!))
      add(node.arguments[0].text, false, []);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return imports;
}

/** `api`, `operations`, `domain`, `store`, `cli`, `demo`; the files right under src compose them. */
function roomOf(path: string): string {
  const [top, room, rest] = path.split('/');
  return top === 'src' ? (rest === undefined ? 'composition' : room!) : top!;
}

const webSources = sources.filter((path) => path.startsWith('src/web/'));
const imports = serverSources.flatMap(importsOf);
const webImports = webSources.flatMap(importsOf);

function broken(law: string, offenders: readonly string[]): string[] {
  return [...new Set(offenders)].sort().map((offender) => `${offender}: ${law}`);
}

function importers(wanted: (one: Import) => boolean): string[] {
  return imports.filter(wanted).map(({ file, target }) => `${file} imports ${target}`);
}

describe('rooms', () => {
  const MAY_IMPORT: Record<string, readonly string[]> = {
    domain: ['domain'],
    store: ['store', 'domain'],
    operations: ['operations', 'store', 'domain'],
    api: ['api', 'operations', 'store', 'domain'],
  };

  test.each(Object.entries(MAY_IMPORT))('%s imports only from %j', (room, allowed) => {
    const law = `the arrow is api → operations → domain ← store, so ${room} may know only ${allowed.join(', ')}.`;
    expect(
      broken(
        law,
        importers((one) => one.room === room && one.targetRoom !== null && !allowed.includes(one.targetRoom)),
      ),
    ).toEqual([]);
  });

  test('the API reads from the store at most; what changes something is an operation', () => {
    const changing = /^(add|archive|change|claim|close|delete|in[A-Z]|insert|lock|put|remove|retrying|revoke|set|update|upsert|write)/;
    const offenders = imports
      .filter((one) => one.room === 'api' && one.targetRoom === 'store')
      .flatMap((one) => one.names.filter((name) => changing.test(name)).map((name) => `${one.file} imports ${name} from ${one.target}`));
    expect(broken('a change decides, so it goes through an operation.', offenders)).toEqual([]);
  });

  test('packages stay in their rooms', () => {
    const keepers: [packages: RegExp, allowed: RegExp, law: string][] = [
      [/^decimal\.js$/, /^src\/domain\/decimal\.ts$/, 'decimal.js is known to src/domain/decimal.ts alone.'],
      [/^expr-eval$/, /^src\/domain\/formula\/parse\.ts$/, 'expr-eval is known to src/domain/formula/parse.ts alone.'],
      [/^(type-graphql|graphql|dataloader|graphql-.*|@apollo\/.*|@as-integrations\/.*)$/, /^src\/api\//, 'GraphQL stays in api.'],
      [/^(pg|@prisma\/.*)$|^src\/store\/generated/, /^src\/store\//, 'Prisma, pg and SQL stay in store.'],
      [/^fastify$/, /^src\/(server|app)\.ts$|^src\/api\//, 'HTTP stays in server.ts and api.'],
      [/^commander$/, /^src\/cli(\.ts$|\/)/, 'the command line stays in cli.'],
    ];
    for (const [packages, allowed, law] of keepers)
      expect(
        broken(
          law,
          importers((one) => packages.test(one.target) && !allowed.test(one.file)),
        ),
      ).toEqual([]);
  });

  test('exactly one file knows expr-eval', () => {
    expect([...new Set(imports.filter((one) => one.target === 'expr-eval').map((one) => one.file))]).toHaveLength(1);
  });

  test('the domain does no input or output, reads no clock and throws no dice', () => {
    const outside = /^(node:|fs|net|http|pino|lru-cache)/;
    /** A hash is the value of a value; whatever else is in node:crypto is not. */
    const isHash = (one: Import) => one.target === 'node:crypto' && one.names.length > 0 && one.names.every((name) => name === 'createHash');
    expect(
      broken(
        'the domain is values in, values out.',
        importers((one) => one.room === 'domain' && outside.test(one.target) && !isHash(one)),
      ),
    ).toEqual([]);
    const inner = serverSources.filter((path) => /^src\/(domain|operations)\//.test(path));
    const clock = inner.filter((path) => /Date\.now\(|new Date\(\)/.test(textOf(path)));
    expect(broken('the clock is read once per request, in the API.', clock)).toEqual([]);
    const chance = inner.filter((path) => path.startsWith('src/domain/') && /Math\.random|performance\.now/.test(textOf(path)));
    expect(broken('the domain knows neither chance nor how long anything takes.', chance)).toEqual([]);
  });

  test('only config.ts reads the environment', () => {
    const offenders = serverSources.filter((path) => path !== 'src/config.ts' && textOf(path).includes('process.env'));
    expect(broken('settings come from src/config.ts.', offenders)).toEqual([]);
  });

  test('the server imports nothing from the web app', () => {
    const ofPages = /^(react|react-dom|wouter|@tanstack\/.*|@codemirror\/.*|graphiql)(\/|$)/;
    expect(
      broken(
        'the web app is a client like any other.',
        importers((one) => one.targetRoom === 'web' || ofPages.test(one.target)),
      ),
    ).toEqual([]);
  });
});

describe('the web app', () => {
  const styles = tracked.filter((path) => /^src\/web\/app\/.*\.css$/.test(path));
  const writing = (pattern: RegExp, except: readonly string[] = []): string[] =>
    webSources.filter((path) => path.startsWith('src/web/app/') && !except.includes(path) && pattern.test(textOf(path)));

  test('imports nothing from the server', () => {
    const offenders = webImports.filter((one) => one.target.startsWith('src/') && !one.target.startsWith('src/web/'));
    const isOther = (one: Import) => /^(node:|type-graphql|@prisma|pg$|fastify|decimal\.js|luxon)/.test(one.target);
    const named = [...offenders, ...webImports.filter(isOther)].map(({ file, target }) => `${file} imports ${target}`);
    expect(broken('the web app speaks to the server by its public API alone.', named)).toEqual([]);
  });

  test('asks by typed documents alone', () => {
    const asking = writing(/\bfetch\(|XMLHttpRequest|new WebSocket/, [
      'src/web/app/api/client.ts',
      'src/web/app/api/download.ts',
      'src/web/app/snippets/report-snippet.tsx',
    ]);
    expect(broken('what is asked stands in a .graphql file, and goes through src/web/app/api.', asking)).toEqual([]);
  });

  test('keeps the credential for the tab only, and nothing else but the theme', () => {
    const kept = writing(/(local|session)Storage|document\.cookie|indexedDB/, [
      'src/web/app/session/credential.ts',
      'src/web/app/navigation/theme.ts',
    ]);
    expect(broken('what a view shows is in its address; nothing is left on the machine.', kept)).toEqual([]);
  });

  test('writes no markup as text', () => {
    expect(broken('React writes the page.', writing(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/))).toEqual([]);
  });

  test('takes every colour from the tokens', () => {
    const colored = styles.filter((path) => path !== 'src/web/app/styles/tokens.css' && /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/i.test(textOf(path)));
    expect(broken('a colour has a name in src/web/app/styles/tokens.css, in light and dark.', colored)).toEqual([]);
  });
});

describe('files', () => {
  test('no file is a barrel', () => {
    const barrels = sources.filter((path) => {
      const { statements } = parse(path);
      return statements.length > 0 && statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined);
    });
    expect(
      broken('a file decides, translates or touches; it does not pass through.', [
        ...barrels,
        ...sources.filter((path) => basename(path) === 'index.ts'),
      ]),
    ).toEqual([]);
  });

  test('no file is named after nothing', () => {
    const vague = sources.filter((path) => path.split('/').some((part) => /^(utils?|helpers?|common|managers?|misc|shared)(\.|$)/.test(part)));
    expect(broken('a name says what is inside.', vague)).toEqual([]);
  });

  test(`no file has more than ${MOST_FILE_LINES} lines`, () => {
    expect(
      broken(
        'a long file is several.',
        sources.filter((path) => textOf(path).split('\n').length > MOST_FILE_LINES),
      ),
    ).toEqual([]);
  });

  test(`no function of the server or of the web app has more than ${MOST_FUNCTION_LINES} lines`, () => {
    const long: string[] = [];
    for (const path of [...serverSources, ...webSources]) {
      const source = parse(path);
      const visit = (node: ts.Node): void => {
        const lines = ts.isFunctionLike(node) ? lineOf(source, node.getEnd()) - lineOf(source, node.getStart()) + 1 : 0;
        if (lines > MOST_FUNCTION_LINES) long.push(`${path}:${lineOf(source, node.getStart()) + 1} (${lines} lines)`);
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
    expect(broken('a long function is several.', long)).toEqual([]);
  });

  function lineOf(source: ts.SourceFile, position: number): number {
    return source.getLineAndCharacterOfPosition(position).line;
  }

  test('nothing names a machine', () => {
    const paths = new RegExp(['/home/[a-z]', '/Users/[a-z]', '/root/', `/work${'/'}`, 'C:\\\\\\\\Users'].join('|'));
    const offenders = textFiles.filter((path) => path !== 'test/tidy.test.ts' && paths.test(textOf(path)));
    expect(broken('the project knows no folder of any machine.', offenders)).toEqual([]);
  });

  test('nothing names a package registry', () => {
    const hosts = /"resolved":|registry\.[a-z0-9.-]+|_authToken|\.npmrc\s*=/;
    const offenders = textFiles.filter((path) => path !== 'test/tidy.test.ts' && hosts.test(textOf(path)));
    expect(broken('whichever registry is configured is used.', offenders)).toEqual([]);
  });

  test('nothing looks like a secret', () => {
    const secret = /dd_[A-Za-z0-9_-]{43}\b|-----BEGIN [A-Z ]*PRIVATE KEY/;
    expect(
      broken(
        'secrets are never committed.',
        textFiles.filter((path) => path !== 'test/tidy.test.ts' && secret.test(textOf(path))),
      ),
    ).toEqual([]);
  });
});
