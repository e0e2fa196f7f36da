import { useMutation } from '@tanstack/react-query';
import type { ApiError } from '../../api/api-error';
import { download } from '../../api/download';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { RequestId } from '../../components/state';
import { useSession } from '../../session/session';
import type { UsageInput } from './usage-question';

/** All series of what is shown, as a file: not only those of the page. */
export function ExportButton({ input, points }: { readonly input: UsageInput; readonly points: boolean }) {
  const { credential } = useSession();
  const { mutate, isPending, error, reset } = useMutation<void, ApiError>({
    mutationFn: () => download(credential, '/export/credit-usage', { input, format: 'CSV', points }),
  });
  return (
    <div className="export">
      <Button busy={isPending} onClick={() => mutate()}>
        Export CSV
      </Button>
      {error && (
        <div className="export-failure" role="alert">
          <div>
            <strong>The export failed.</strong> {error.kind === 'BUG' ? 'Try again.' : error.message}
            {error.requestId && <RequestId id={error.requestId} />}
          </div>
          <Button look="quiet" aria-label="Close" onClick={reset}>
            <Icon name="close" />
          </Button>
        </div>
      )}
    </div>
  );
}
