import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { formulaCompletion } from './completion';
import type { SeenDimension } from './dimensions';
import { editorTheme } from './editor-theme';
import type { FormulaFieldProps } from './formula-field';
import { formulaHighlighting } from './highlighting';
import { isPlaceless, rangeAt } from './problem-range';
import { typingOverSelection } from './typing';

const FROM_OUTSIDE = Annotation.define<true>();
const MOST_LENGTH = 4096;

interface Mounted {
  readonly view: EditorView;
  readonly attributes: Compartment;
}

/** What the editor asks of its surroundings while it lives. */
interface Current {
  onChange: (text: string) => void;
  seen: readonly SeenDimension[];
}

/**
 * The text of a formula in CodeMirror. It stands in a shadow root, where its styles are adopted sheets: the page's policy allows no style that is written into it.
 * Tab leaves it, but for a list of completions that is open, where it takes one.
 */
export default function FormulaEditor({ value, onChange, seen, problems, warnings, label, describedBy, readOnly = false }: FormulaFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const mounted = useRef<Mounted>(null);
  const current = useRef<Current>({ onChange, seen });
  useEffect(() => {
    current.current = { onChange, seen };
  });
  useEffect(() => {
    const editor = mount(host.current!, current);
    mounted.current = editor;
    return () => {
      editor.view.destroy();
      mounted.current = null;
    };
  }, []);
  useEffect(() => {
    const { view } = mounted.current!;
    if (view.state.sliceDoc() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, annotations: FROM_OUTSIDE.of(true) });
  }, [value]);
  useEffect(() => {
    const { view } = mounted.current!;
    view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.sliceDoc(), problems, warnings)));
  }, [problems, warnings]);
  useEffect(() => {
    const { view, attributes } = mounted.current!;
    view.dispatch({ effects: attributes.reconfigure(contentAttributes(label, describedBy, problems.length > 0, readOnly)) });
  }, [label, describedBy, problems.length, readOnly]);
  return <div ref={host} className="formula-editor" />;
}

function mount(host: HTMLElement, current: { readonly current: Current }): Mounted {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const attributes = new Compartment();
  const state = EditorState.create({ extensions: [extensions(current), attributes.of([])] });
  return { view: new EditorView({ state, root, parent: root }), attributes };
}

function extensions(current: { readonly current: Current }): Extension {
  return [
    editorTheme,
    formulaHighlighting,
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    typingOverSelection,
    EditorView.lineWrapping,
    placeholder('input_tokens * 0.002'),
    autocompletion({ override: [formulaCompletion(() => current.current.seen)], icons: false }),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorState.changeFilter.of(
      ({ newDoc, docChanged, startState }) => !docChanged || newDoc.length <= MOST_LENGTH || newDoc.length < startState.doc.length,
    ),
    EditorView.updateListener.of(({ docChanged, state, transactions }) => {
      if (docChanged && !transactions.some((one) => one.annotation(FROM_OUTSIDE))) current.current.onChange(state.sliceDoc());
    }),
  ];
}

function contentAttributes(label: string, description: string, invalid: boolean, readOnly: boolean): Extension {
  const named = {
    'aria-label': label,
    'aria-description': description,
    'aria-invalid': String(invalid),
    'aria-readonly': String(readOnly),
    autocapitalize: 'off',
  };
  return [EditorView.contentAttributes.of(named), EditorState.readOnly.of(readOnly)];
}

function diagnosticsOf(text: string, problems: FormulaFieldProps['problems'], warnings: FormulaFieldProps['warnings']): Diagnostic[] {
  const told = [
    ...problems.map((one) => ({ ...one, severity: 'error' as const })),
    ...warnings.filter(({ code }) => !isPlaceless(code)).map((one) => ({ ...one, severity: 'warning' as const })),
  ];
  return told.map(({ severity, message, ...place }) => ({ ...rangeAt(text, place), severity, message }));
}
