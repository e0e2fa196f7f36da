/** Drawn on a grid of 16; they take the colour of their text and say nothing to a screen reader. */
const SHAPES = {
  customers:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-2.2 2-3.8 4.5-3.8s4.5 1.6 4.5 3.800M10.5 2.800a2.4 2.4 0 0 1 0 4.500M12 10c1.5.5 2.5 1.8 2.5 3.5',
  plans: 'M3 2.500h7l3 3v8H3zM10 2.500v3h3M5.5 8.500h5M5.5 11h3',
  features: 'M8 1.8 9.8 6l4.5.4-3.4 3 1 4.400L8 11.500l-3.9 2.3 1-4.4-3.4-3L6.2 6z',
  currencies:
    'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM9.8 6a2 2 0 0 0-1.8-1c-1 0-1.8.6-1.8 1.500S7 7.8 8 8s1.9.5 1.9 1.500S9 11 8 11a2 2 0 0 1-1.9-1M8 3.800V5M8 11v1.2',
  usage: 'M2.5 13.5h11M4 11V7M8 11V3M12 11V8.5',
  ledger: 'M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
  'api-keys': 'M10.5 9a3.5 3.5 0 1 0-3.4-2.600L2 11.500V14h2.500v-1.500H6V11h1.500l1.3-1.300c.5.2 1.1.3 1.7.300ZM11 5.500h.01',
  code: 'm5 4.5-3.5 3.500L5 11.500M11 4.500l3.5 3.5-3.5 3.500M9.3 3l-2.6 10',
  start: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.8 5.7 10.5 8l-3.7 2.300z',
  menu: 'M2 4.500h12M2 8h12M2 11.500h12',
  close: 'm3.5 3.5 9 9M12.5 3.500l-9 9',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.6 10.6 14 14',
  check: 'm3 8.5 3.2 3.200L13 4.8',
  copy: 'M5.5 5.500h8v8h-8zM3.5 10.500h-1v-8h8v1',
  'chevron-right': 'm6 3.5 4.5 4.500L6 12.5',
  'chevron-left': 'M10 3.5 5.5 8l4.5 4.5',
  'chevron-down': 'M3.5 6 8 10.5 12.5 6',
  'arrow-up': 'M8 13V3M4 7l4-4 4 4',
  'arrow-down': 'M8 3v10M4 9l4 4 4-4',
  plus: 'M8 3v10M3 8h10',
  warning: 'M8 2 14.5 13.500h-13zM8 6.500v3M8 11.500h.01',
  lock: 'M3.5 7h9v7h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  empty: 'M2.5 9.5 4.5 3h7l2 6.500v4h-11zM2.5 9.500h3.500l.8 1.500h2.400l.8-1.500h3.5',
  external: 'M9.5 2.500h4v4M13.5 2.5 7.5 8.500M12 9v4.500H2.500V4H7',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M3.4 12.600l.7-.7M11.9 4.100l.7-.7',
  moon: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z',
  system: 'M2 3h12v8H2zM6 13.500h4M8 11v2.5',
  'sign-out': 'M9.5 2.500h-6v11h6M7 8h7M11.5 5.5 14 8l-2.5 2.5',
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
