import { snippetCompletion, type Completion, type CompletionContext, type CompletionResult, type CompletionSource } from '@codemirror/autocomplete';
import { shownValue } from '../format/dimension';
import { dimensionReference, type SeenDimension } from './dimensions';
import { FORMULA_FUNCTIONS } from './functions';
import { tokensOf } from './tokens';

const FUNCTIONS: readonly Completion[] = FORMULA_FUNCTIONS.map(({ name, usage, meaning, template }) =>
  snippetCompletion(template, { label: name, type: 'function', detail: usage.slice(name.length), info: meaning }),
);

const VALUE: Completion = { label: 'value', type: 'variable', detail: 'number', info: 'The reported value, in the unit of the feature.', boost: 50 };

const WORDS: readonly Completion[] = [
  { label: 'and', type: 'keyword', info: 'Both conditions.' },
  { label: 'or', type: 'keyword', info: 'One of two conditions, or both.' },
  { label: 'not', type: 'keyword', info: 'The opposite of a condition. It binds tightly: write not (a == b).' },
  { label: 'in', type: 'keyword', detail: ' ["a", "b"]', info: 'Whether a value is one of a list.' },
  { label: 'true', type: 'keyword' },
  { label: 'false', type: 'keyword' },
];

/** Offers the dimensions that events have had, the functions, and after a comparison the values seen. `seen` is asked at each completion. */
export function formulaCompletion(seen: () => readonly SeenDimension[]): CompletionSource {
  return (context) => valuesAt(context, seen()) ?? namesAt(context, seen());
}

function namesAt(context: CompletionContext, seen: readonly SeenDimension[]): CompletionResult | null {
  if (pieceBefore(context)?.kind === 'text') return null;
  const word = context.matchBefore(/[A-Za-z_][A-Za-z0-9_]*/);
  if (!word && !context.explicit) return null;
  const options = [VALUE, ...seen.map(dimensionCompletion), ...FUNCTIONS, ...WORDS];
  return { from: word?.from ?? context.pos, options, validFor: /^[A-Za-z0-9_]*$/ };
}

function dimensionCompletion({ name, percent, type, examples }: SeenDimension, index: number): Completion {
  const shown = examples.map((value) => (type === 'text' ? JSON.stringify(value) : shownValue(value))).join(', ');
  return {
    label: dimensionReference(name),
    type: 'variable',
    detail: type,
    info: `In ${percent === null ? 'your sample' : `${percent} % of recent events`}${shown ? `, such as ${shown}` : ''}.`,
    boost: 40 - Math.min(index, 30),
  };
}

/** In `model == "…"`: the texts that `model` was seen with. */
function valuesAt(context: CompletionContext, seen: readonly SeenDimension[]): CompletionResult | null {
  const before = context.matchBefore(/(?:[A-Za-z_][A-Za-z0-9_]*|dimension\("[^"\n]*"\))\s*(?:==|!=)\s*"[^"\n]*/);
  if (!before) return null;
  const dimension = seen.find(({ name }) => before.text.startsWith(dimensionReference(name)));
  if (!dimension || dimension.texts.length === 0) return null;
  const quote = before.text.lastIndexOf('"');
  const options = dimension.texts.map((text): Completion => ({ label: text, type: 'text' }));
  return { from: before.from + quote + 1, options, validFor: /^[^"\n]*$/ };
}

function pieceBefore({ state, pos }: CompletionContext) {
  return tokensOf(state.sliceDoc()).find(({ from, to }) => from < pos && pos <= to);
}
