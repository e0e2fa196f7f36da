import { useMutation } from '@tanstack/react-query';
import { download } from '../../api/download';
import { Button } from '../../components/button';
import { useSession } from '../../session/session';
import type { UsageInput } from './usage-question';

/** All series of what is shown, as a file: not only those of the page. */
export function ExportButton({ input, points }: { readonly input: UsageInput; readonly points: boolean }) {
  const { credential } = useSession();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => download(credential, '/export/credit-usage', { input, format: 'CSV', points }),
  });
  return (
    <>
      {error && (
        <span className="field-problem" role="alert">
          {error.message}
        </span>
      )}
      <Button busy={isPending} onClick={() => mutate()}>
        Export CSV
      </Button>
    </>
  );
}
