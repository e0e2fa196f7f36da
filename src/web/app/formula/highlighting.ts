import { RangeSetBuilder, StateField, type EditorState } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import { tokensOf, type TokenKind } from './tokens';

const MARKS: Record<TokenKind, Decoration> = {
  number: Decoration.mark({ class: 'fx-number' }),
  text: Decoration.mark({ class: 'fx-text' }),
  function: Decoration.mark({ class: 'fx-function' }),
  name: Decoration.mark({ class: 'fx-name' }),
  word: Decoration.mark({ class: 'fx-word' }),
  sign: Decoration.mark({ class: 'fx-sign' }),
  strange: Decoration.mark({ class: 'fx-strange' }),
};

/** A formula has 4 KB at most: it is read anew as a whole at every change. */
export const formulaHighlighting = StateField.define<DecorationSet>({
  create: decorationsOf,
  update: (decorations, { docChanged, state }) => (docChanged ? decorationsOf(state) : decorations),
  provide: (field) => EditorView.decorations.from(field),
});

function decorationsOf(state: EditorState): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { kind, from, to } of tokensOf(state.sliceDoc())) builder.add(from, to, MARKS[kind]);
  return builder.finish();
}
