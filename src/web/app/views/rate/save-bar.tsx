import { Button } from '../../components/button';
import type { RateEditing } from './use-rate-editing';

/** What can be done with what was typed. It stays in sight. */
export function SaveBar({ editing, isPriced }: { readonly editing: RateEditing; readonly isPriced: boolean }) {
  const { isUnsaved, isSaving, conflict, save, revert, remove } = editing;
  return (
    <div className="save-bar">
      <p className="muted small" role="status">
        {standingOf(editing, isPriced)}
      </p>
      <span className="row">
        {isPriced && !isUnsaved && (
          <Button look="quiet" busy={isSaving} onClick={() => void remove()}>
            Take out of the plan
          </Button>
        )}
        {isUnsaved && <Button onClick={revert}>Undo changes</Button>}
        <Button look="primary" busy={isSaving} disabled={!isUnsaved || conflict !== null} onClick={() => void save()}>
          Save to draft
        </Button>
      </span>
    </div>
  );
}

function standingOf({ isUnsaved, conflict, base }: RateEditing, isPriced: boolean): string {
  if (conflict) return 'First choose above which price to keep.';
  if (isUnsaved) return 'There are unsaved changes.';
  if (!isPriced) return 'Not priced yet.';
  return base.revision === null ? 'Nothing changed yet.' : 'All changes are saved.';
}
