import { Alert } from '../../components/alert';
import { Button } from '../../components/button';
import { Price } from '../plans/price';
import type { Currency, Pricing } from './pricing';
import type { Conflict } from './use-rate-editing';

interface ConflictNoteProps {
  readonly conflict: Conflict;
  readonly feature: { readonly id: string; readonly name: string; readonly unit: string };
  readonly currencies: readonly Currency[];
}

/** Somebody else was faster. Nothing is lost: both ways go on from here. */
export function ConflictNote({ conflict, feature, currencies }: ConflictNoteProps) {
  const { theirs, theirPricing, keepMine, takeTheirs } = conflict;
  return (
    <Alert
      title={
        theirs.revision === null
          ? 'The draft was published or discarded while you were editing.'
          : 'Someone else has changed the draft while you were editing.'
      }
      actions={
        <>
          <Button onClick={takeTheirs}>Use theirs</Button>
          <Button look="primary" onClick={keepMine}>
            Keep mine
          </Button>
        </>
      }
    >
      {`${theirs.revision === null ? 'In the version in force' : 'In the draft now'}, ${feature.name} costs `}
      <TheirPrice pricing={theirPricing} feature={feature} currencies={currencies} />
    </Alert>
  );
}

function TheirPrice({ pricing, feature, currencies }: { readonly pricing: Pricing } & Omit<ConflictNoteProps, 'conflict'>) {
  const currency = currencies.find(({ id }) => id === pricing.currencyId);
  if (!currency || (pricing.mode === 'FLAT' && pricing.creditsPerUnit === '')) return <>nothing: it is not priced.</>;
  return <Price rate={{ ...pricing, feature, currency }} />;
}
