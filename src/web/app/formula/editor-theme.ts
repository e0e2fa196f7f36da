import { EditorView } from '@codemirror/view';

const code = { fontFamily: 'var(--font-code)', fontSize: 'var(--text-m)', lineHeight: '1.65' };
const raised = {
  border: '1px solid var(--line)',
  borderRadius: 'var(--radius-m)',
  backgroundColor: 'var(--surface-raised)',
  boxShadow: 'var(--shadow-l)',
};
const wave = (color: string) => ({
  backgroundImage: 'none',
  textDecoration: `underline wavy ${color} 1.5px`,
  textDecorationSkipInk: 'none',
  textUnderlineOffset: '3px',
});

/** By the tokens of the app, which reach into the editor's shadow: light and dark need no second theme. */
export const editorTheme = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { ...code, overflow: 'auto', maxHeight: '22rem', minHeight: '6.5rem' },
  '.cm-content': { padding: 'var(--space-3) 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 var(--space-4)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selection)' },
  '.cm-matchingBracket, .cm-nonmatchingBracket': { backgroundColor: 'transparent' },
  '.cm-placeholder': { color: 'var(--text-muted)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-soft)' },
  '.cm-lintRange-error': wave('var(--bad)'),
  '.cm-lintRange-warning': wave('var(--warn)'),
  '.cm-lintPoint:after': { display: 'none' },
  '.cm-tooltip': { ...raised, color: 'var(--text)', fontFamily: 'var(--font)', fontSize: 'var(--text-s)', zIndex: '15' },
  '.cm-tooltip-lint': { maxWidth: 'min(28rem, 90vw)' },
  '.cm-diagnostic': { padding: 'var(--space-2) var(--space-3)', borderLeft: '3px solid var(--line-strong)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-code)',
    fontSize: 'var(--text-s)',
    maxHeight: '16rem',
    padding: 'var(--space-1)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem var(--space-2)', borderRadius: 'var(--radius-s)', lineHeight: '1.4' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--text-muted)', fontStyle: 'normal', marginLeft: 'var(--space-2)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--accent)' },
  '.cm-tooltip.cm-completionInfo': { padding: 'var(--space-2) var(--space-3)', maxWidth: '20rem' },
  // Without room beside the list it would cover what else there is to choose; the reference below the field has it as well. It keeps its size, by which its place is chosen.
  '.cm-tooltip.cm-completionInfo-left-narrow, .cm-tooltip.cm-completionInfo-right-narrow': { visibility: 'hidden' },
  '.cm-snippetField': { backgroundColor: 'var(--accent-soft)' },
  '.fx-number': { color: 'var(--code-number)' },
  '.fx-text': { color: 'var(--code-text)' },
  '.fx-function': { color: 'var(--code-function)' },
  '.fx-name': { color: 'var(--code-name)' },
  '.fx-word': { color: 'var(--code-word)', fontWeight: '600' },
  '.fx-sign': { color: 'var(--text-muted)' },
  '.fx-strange': { color: 'var(--bad)' },
});
