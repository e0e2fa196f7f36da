import './fold-button.css';
import type { ReactNode } from 'react';
import { Icon } from './icon';

interface FoldButtonProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** What is set in the controls that it hides. */
  readonly children: ReactNode;
}

/** The line that stands for controls where there is little room for them. Whoever shows it hides them there. */
export function FoldButton({ isOpen, onToggle, children }: FoldButtonProps) {
  return (
    <button type="button" className="fold-button" aria-expanded={isOpen} onClick={onToggle}>
      <span>{children}</span>
      <Icon name="chevron-down" />
    </button>
  );
}
