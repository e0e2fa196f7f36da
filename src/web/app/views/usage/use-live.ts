import { useEffect, useEffectEvent, useState } from 'react';
import { subscribe } from '../../api/subscribe';
import { UsageChanged } from '../../generated/usage';
import { useSession } from '../../session/session';
import type { UsageInput } from './usage-question';

/**
 * Calls back whenever usage was committed that changes the answer to this question, from the state `sequence` on; null: not (yet).
 * Answers whether it listens.
 */
export function useLive(input: UsageInput, sequence: string | null, onChange: () => void): boolean {
  const { credential } = useSession();
  const [ended, setEnded] = useState<string | null>(null);
  const asked = JSON.stringify(input);
  const isOn = sequence !== null;
  const listen = useEffectEvent(() =>
    subscribe(credential, UsageChanged, { input, after: sequence }, { onNext: () => onChange(), onEnd: () => setEnded(asked) }),
  );
  // A later sequence is a later state of what is listened to already.
  useEffect(() => (isOn ? listen() : undefined), [asked, isOn]);
  return isOn && ended !== asked;
}
