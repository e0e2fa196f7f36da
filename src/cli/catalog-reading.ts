import { currencyProblems } from '../domain/currency';
import { creditsFromText } from '../domain/credits';
import { Decimal } from '../domain/decimal';
import { aliasesOf } from '../domain/declared-dimensions';
import { readDeclaration, siblingProblems, type DimensionDeclaration } from '../domain/dimension-declaration';
import type { DimensionFilterInput } from '../domain/dimension-filter';
import { DIMENSION_TYPES, type DimensionType, type DimensionValue } from '../domain/dimensions';
import type { Problem } from '../domain/errors';
import { ExactNumber } from '../domain/exact-number';
import { featureProblems } from '../domain/feature';
import { failedTests, readTests, TESTED_REFUSALS, type FormulaTestInput, type TestedRefusal } from '../domain/formula-test';
import { idProblems, textProblems } from '../domain/ids';
import { meterFrom, type MeterInput } from '../domain/meter';
import { MOST_RATES } from '../domain/plan';
import { readPricing } from '../domain/pricing-input';
import { CATALOG_VERSION, type Catalog, type CatalogCurrency, type CatalogFeature, type CatalogPlan, type CatalogRate } from './catalog';
import { TreeFields } from './catalog-fields';
import type { Tree, TreeMap } from './catalog-tree';

/** Says that something is wrong with what is at a path. */
export type Complain = (path: string, message: string) => void;

/** Reads a catalog and complains of all that is wrong with it by itself; what is wrong is then left out. */
export function readCatalog(tree: Tree, complain: Complain): Catalog {
  const file = new TreeFields(tree, '', complain, ['drawdown', 'currencies', 'features', 'plans']);
  const version = file.number('drawdown');
  if (version?.text !== CATALOG_VERSION) complain('drawdown', `must be ${CATALOG_VERSION}, which says how the file is to be read.`);
  const currencies = readThings(file.map('currencies'), 'currencies', complain, readCurrency);
  const features = readThings(file.map('features'), 'features', complain, readFeature);
  const readPlanOf = (plan: Tree, path: string) => readPlan(plan, path, complain, features);
  return { currencies, features, plans: readThings(file.map('plans'), 'plans', complain, readPlanOf) };
}

function readThings<T>(
  things: TreeMap,
  path: string,
  complain: Complain,
  read: (thing: Tree, path: string, complain: Complain) => T,
): ReadonlyMap<string, T> {
  return new Map(
    [...things].map(([id, thing]) => {
      const at = `${path}/${id}`;
      for (const { message } of idProblems('id', id)) complain(at, `The id ${message}`);
      return [id, read(thing, at, complain)];
    }),
  );
}

/** What the domain says of an input, told of the places of the file: its fields are paths with points. */
function tell(problems: readonly Problem[], path: string, complain: Complain): void {
  for (const { field, message, line, column } of problems) {
    const where = line === undefined ? '' : `In line ${line}, column ${column} of it: `;
    complain(`${path}/${field.replaceAll('.', '/')}`, where + message);
  }
}

function readCurrency(tree: Tree, path: string, complain: Complain): CatalogCurrency {
  const fields = new TreeFields(tree, path, complain, ['name', 'symbol', 'unitSingular', 'unitPlural']);
  const unitSingular = fields.text('unitSingular') ?? 'credit';
  const currency = { name: fields.needed('name'), symbol: fields.text('symbol'), unitSingular, unitPlural: fields.text('unitPlural') ?? 'credits' };
  tell(fields.notTold(currencyProblems(currency)), path, complain);
  return currency;
}

function readFeature(tree: Tree, path: string, complain: Complain): CatalogFeature {
  const names = ['name', 'unit', 'meter', 'looseDimensions', 'rolledUpDimensions', 'dimensions'];
  const fields = new TreeFields(tree, path, complain, names);
  const meter = fields.has('meter') ? readMeter(fields, path, complain) : null;
  const feature = {
    name: fields.needed('name'),
    unit: fields.text('unit') ?? 'unit',
    looseDimensions: fields.texts('looseDimensions'),
    rolledUpDimensions: fields.texts('rolledUpDimensions'),
  };
  tell(fields.notTold(featureProblems({ ...feature, meter })), path, complain);
  return { ...feature, meter: meter && meterFrom(meter), dimensions: readDeclarations(fields.map('dimensions'), `${path}/dimensions`, complain) };
}

function readMeter(feature: TreeFields, path: string, complain: Complain): MeterInput {
  const fields = new TreeFields(feature.tree('meter'), `${path}/meter`, complain, ['eventName', 'filters', 'valueDimension']);
  const filters = fields.list('filters').map((filter, index) => readFilter(filter, `${path}/meter/filters/${index}`, complain));
  return { eventName: fields.needed('eventName'), filters, valueDimension: fields.text('valueDimension') };
}

const BOUNDS = ['greaterThan', 'atLeast', 'lessThan', 'atMost'] as const;

function readFilter(tree: Tree, path: string, complain: Complain): DimensionFilterInput {
  const fields = new TreeFields(tree, path, complain, ['key', 'equals', 'in', 'prefix', 'exists', ...BOUNDS, 'and', 'or', 'not']);
  const within = (name: 'and' | 'or') => fields.list(name).map((one, index) => readFilter(one, `${path}/${name}/${index}`, complain));
  return {
    ...(fields.has('key') && { key: fields.text('key') }),
    ...(fields.has('equals') && { equals: fields.value('equals') }),
    ...(fields.has('in') && { in: fields.list('in').map((one, index) => (one === null ? null : valueOf(one, `${path}/in/${index}`, complain))) }),
    ...(fields.has('prefix') && { prefix: fields.text('prefix') }),
    ...(fields.has('exists') && { exists: fields.boolean('exists') }),
    ...Object.fromEntries(BOUNDS.filter((name) => fields.has(name)).map((name) => [name, fields.value(name)])),
    ...(fields.has('and') && { and: within('and') }),
    ...(fields.has('or') && { or: within('or') }),
    ...(fields.has('not') && { not: readFilter(fields.tree('not'), `${path}/not`, complain) }),
  };
}

function valueOf(tree: Tree, path: string, complain: Complain): DimensionValue | null {
  if (typeof tree === 'string' || typeof tree === 'boolean') return tree;
  if (tree instanceof ExactNumber) return new Decimal(tree.text);
  complain(path, 'must be a text, a number or a boolean.');
  return null;
}

function readDeclarations(declarations: TreeMap, path: string, complain: Complain): ReadonlyMap<string, DimensionDeclaration> {
  const all = [...declarations].map(([name, tree]) => readOneDeclaration(name, tree, `${path}/${name}`, complain));
  for (const [index, declaration] of all.entries())
    tell(siblingProblems(declaration, [...all.slice(0, index), declaration]), `${path}/${declaration.name}`, complain);
  return new Map(all.map((declaration) => [declaration.name, declaration]));
}

function readOneDeclaration(name: string, tree: Tree, path: string, complain: Complain): DimensionDeclaration {
  const names = ['type', 'description', 'required', 'lowest', 'highest', 'allowedValues', 'aliases'];
  const fields = new TreeFields(tree, path, complain, names);
  const values = fields.list('allowedValues').map((one, index) => valueOf(one, `${path}/allowedValues/${index}`, complain));
  const problems: Problem[] = [];
  const declaration = readDeclaration(
    {
      name,
      type: (fields.oneOf('type', DIMENSION_TYPES) ?? 'TEXT') as DimensionType,
      description: fields.text('description'),
      lowest: fields.value('lowest'),
      highest: fields.value('highest'),
      allowedValues: fields.has('allowedValues') ? values.filter((value) => value !== null) : null,
      required: fields.boolean('required') ?? false,
      aliases: fields.texts('aliases'),
    },
    problems,
  );
  if (fields.has('type')) tell(fields.notTold(problems), path, complain);
  else complain(path, 'must have type.');
  return declaration;
}

function readPlan(tree: Tree, path: string, complain: Complain, features: Catalog['features']): CatalogPlan {
  const fields = new TreeFields(tree, path, complain, ['name', 'rates']);
  const name = fields.needed('name');
  tell(fields.notTold(textProblems('name', name, 255)), path, complain);
  const rates = fields.map('rates');
  if (rates.size > MOST_RATES) complain(`${path}/rates`, `must be at most ${MOST_RATES}; these are ${rates.size}.`);
  const read = [...rates].map(([featureId, rate]): [string, CatalogRate] => [
    featureId,
    readRate(rate, `${path}/rates/${featureId}`, complain, features.get(featureId)),
  ]);
  return { name, rates: fields.has('rates') ? new Map(read) : null };
}

/** Rates that the server has, which are right by its own rules. */
export function readRates(rates: TreeMap): ReadonlyMap<string, CatalogRate> {
  return new Map([...rates].map(([id, rate]) => [id, readRate(rate, id, () => undefined, undefined)]));
}

function readRate(tree: Tree, path: string, complain: Complain, feature: CatalogFeature | undefined): CatalogRate {
  const fields = new TreeFields(tree, path, complain, ['currencyId', 'creditsPerUnit', 'formula', 'tests']);
  const currencyId = fields.needed('currencyId');
  const [creditsPerUnit, formula] = [fields.amount('creditsPerUnit'), fields.text('formula')];
  fields.requireOneOf('creditsPerUnit', 'formula');
  const mode = formula === null ? 'FLAT' : 'FORMULA';
  const { pricing, amountProblems, formulaProblems } = readPricing({ mode, creditsPerUnit, formula }, '');
  const ofTests: Problem[] = [];
  const inputs = fields.list('tests').map((test, index) => readTestInput(test, `${path}/tests/${index}`, complain));
  const tests = readTests(inputs, ofTests);
  tell([...amountProblems, ...formulaProblems, ...fields.notTold(ofTests)], path, complain);
  const aliases = aliasesOf([...(feature?.dimensions.values() ?? [])]);
  if (pricing && ofTests.length === 0) tell(failedTests('tests', { pricing, aliases }, tests), path, complain);
  return { currencyId, pricing: pricing ?? { mode: 'FLAT', creditsPerUnit: creditsFromText('0')! }, tests };
}

function readTestInput(tree: Tree, path: string, complain: Complain): FormulaTestInput {
  const fields = new TreeFields(tree, path, complain, ['name', 'value', 'dimensions', 'expectedCredits', 'expectedError']);
  return {
    name: fields.needed('name'),
    value: fields.amount('value'),
    dimensions: plainOf(fields.map('dimensions')),
    expectedCredits: fields.amount('expectedCredits'),
    expectedError: fields.oneOf('expectedError', TESTED_REFUSALS) as TestedRefusal | null,
  };
}

/** As JSON would have been read: the domain looks at what is in it. */
function plainOf(tree: Tree): unknown {
  if (tree instanceof ExactNumber || typeof tree !== 'object' || tree === null) return tree;
  return Array.isArray(tree) ? (tree as readonly Tree[]).map(plainOf) : Object.fromEntries([...(tree as TreeMap)].map(([k, v]) => [k, plainOf(v)]));
}
