import { useEffect, useRef, useState } from 'react';

/** The part of the browser's Navigation API that is used here; TypeScript's library does not know it yet. */
interface NavigateEvent extends Event {
  readonly navigationType: 'push' | 'replace' | 'reload' | 'traverse';
  readonly destination: { readonly url: string; readonly key: string };
}

interface Navigation extends EventTarget {
  navigate(url: string): unknown;
  traverseTo(key: string): unknown;
}

export interface Leaving {
  /** Goes where one wanted to go, and leaves what is unsaved behind. */
  readonly leave: () => void;
  readonly stay: () => void;
}

/**
 * Holds back whoever would leave the page while something on it is unsaved, also by the browser's own buttons. What is answered is not null while somebody wants to.
 * Parameters of the address may change: they belong to the page.
 */
export function useUnsaved(isUnsaved: boolean): Leaving | null {
  const [wanted, setWanted] = useState<NavigateEvent | null>(null);
  const mayLeave = useRef(false);
  useEffect(() => {
    if (!isUnsaved) return;
    const { navigation } = window as { navigation?: Navigation };
    const hold = (event: Event): void => {
      const to = event as NavigateEvent;
      if (mayLeave.current || !to.cancelable || !isElsewhere(to.destination.url)) return;
      to.preventDefault();
      setWanted(to);
    };
    const warn = (event: BeforeUnloadEvent): void => {
      if (!mayLeave.current) event.preventDefault();
    };
    navigation?.addEventListener('navigate', hold);
    window.addEventListener('beforeunload', warn);
    return () => {
      navigation?.removeEventListener('navigate', hold);
      window.removeEventListener('beforeunload', warn);
    };
  }, [isUnsaved]);
  if (!wanted) return null;
  return {
    stay: () => setWanted(null),
    leave: () => {
      mayLeave.current = true;
      go(wanted);
    },
  };
}

/** Within this site, by path; what leads to another site is the business of `beforeunload`. */
function isElsewhere(url: string): boolean {
  const { origin, pathname } = new URL(url);
  return origin === location.origin && pathname !== location.pathname;
}

function go({ navigationType, destination }: NavigateEvent): void {
  const { navigation } = window as unknown as { navigation: Navigation };
  if (navigationType === 'traverse') navigation.traverseTo(destination.key);
  else history.pushState(null, '', destination.url);
}
