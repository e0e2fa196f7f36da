import { Link } from 'wouter';
import { paths } from '../../navigation/paths';

/** The rates of a version, as far as their features have names. */
export type NamedRates = readonly { readonly feature: { readonly id: string; readonly name: string } }[];

interface Place {
  readonly featureId: string;
  /** Of its tests, which one, from 1; null: it is about the price itself. */
  readonly test: number | null;
}

/** Where in a version something is wrong: `rates.chat.formula` is about `chat`, whose id may hold points itself. Null: it is about no feature. */
export function placeOf(field: string): Place | null {
  const [, featureId, test] = /^rates\.(.+?)\.(?:tests\.(\d+)|[^.]+)$/.exec(field) ?? [];
  return featureId === undefined ? null : { featureId, test: test === undefined ? null : Number(test) + 1 };
}

interface RatePlaceProps {
  readonly planId: string;
  readonly field: string;
  readonly rates: NamedRates;
  /** An older version can only be mended by a draft that begins with it. */
  readonly version?: number;
}

/** The name of what is wrong, which leads to where it is mended. */
export function RatePlace({ planId, field, rates, version }: RatePlaceProps) {
  const place = placeOf(field);
  if (!place) return null;
  const { featureId, test } = place;
  const name = rates.find(({ feature }) => feature.id === featureId)?.feature.name ?? featureId;
  const to = version === undefined ? paths.rate(planId, featureId) : `${paths.plan(planId)}?version=${version}`;
  return (
    <>
      <Link to={to}>{name}</Link>
      {test !== null && `, test ${test}`}
    </>
  );
}
