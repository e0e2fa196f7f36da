export const PUBLICATION_SCOPES = { ALL_CUSTOMERS: 'ALL_CUSTOMERS', NEW_CUSTOMERS: 'NEW_CUSTOMERS', CUSTOMERS: 'CUSTOMERS' } as const;
export type PublicationScope = keyof typeof PUBLICATION_SCOPES;

/** What decides for whom a publication counts, and from when on. Keys of one plan are in the order of publishing. */
export interface PublicationRule {
  readonly key: number;
  readonly scope: PublicationScope;
  readonly effectiveAt: Date;
  readonly cancelledAt: Date | null;
}

/** One act of publishing a version of a plan. It never changes, but can be cancelled until it is effective. */
export interface PlanPublication extends PublicationRule {
  readonly planKey: number;
  readonly planId: string;
  readonly planVersionKey: number;
  readonly versionNumber: number;
  readonly publishedAt: Date;
  /** The name and the id of the API key that did it; null: the server itself, or it was published before this was kept. */
  readonly publishedBy: string | null;
  readonly publishedByKeyId: string | null;
  readonly cancelledBy: string | null;
  readonly cancelledByKeyId: string | null;
}

export const PUBLICATION_STATUSES = { SCHEDULED: 'SCHEDULED', EFFECTIVE: 'EFFECTIVE', CANCELLED: 'CANCELLED' } as const;
export type PublicationStatus = keyof typeof PUBLICATION_STATUSES;

/** A bound on the customers that one publication names. */
export const MOST_LISTED_CUSTOMERS = 1000;

/** What the publications of a plan need to know of a customer that is on it: since when, without a break, and which of them name it. */
export interface PlanStay {
  readonly since: Date;
  readonly listedIn: ReadonlySet<number>;
}

export function publicationStatus({ cancelledAt, effectiveAt }: PublicationRule, now: Date): PublicationStatus {
  if (cancelledAt) return 'CANCELLED';
  return effectiveAt <= now ? 'EFFECTIVE' : 'SCHEDULED';
}

/** The publications that count, in the order in which they take effect: at one instant, the one published later is the later one. */
export function inOrderOfEffect<P extends PublicationRule>(publications: readonly P[]): P[] {
  const standing = publications.filter(({ cancelledAt }) => cancelledAt === null);
  return standing.sort((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || a.key - b.key);
}

/** Whether a publication that is effective is about the customer. */
function concerns({ key, scope, effectiveAt }: PublicationRule, { since, listedIn }: PlanStay): boolean {
  if (scope === 'ALL_CUSTOMERS') return true;
  return scope === 'NEW_CUSTOMERS' ? since >= effectiveAt : listedIn.has(key);
}

/**
 * The publication that decides which version prices a customer's usage at an instant: the latest that is effective by then and about the
 * customer. Where there is none yet, the first that was published: usage from before a plan was sold can be imported.
 * The publications are those of one plan, in the order of effect.
 */
export function publicationAt<P extends PublicationRule>(ordered: readonly P[], stay: PlanStay, at: Date): P | null {
  return ordered.findLast((publication) => publication.effectiveAt <= at && concerns(publication, stay)) ?? firstPublished(ordered);
}

const LISTED_IN_NONE: ReadonlySet<number> = new Set();

/**
 * The publication to all customers that came into force after this one, by an instant: since then this one prices nobody's usage. Null: there is none.
 * The publications are those of its plan, in the order of effect.
 */
export function replacementOf<P extends PublicationRule>(ordered: readonly P[], { key }: PublicationRule, at: Date): P | null {
  const place = ordered.findIndex((one) => one.key === key);
  const later = place < 0 ? [] : ordered.slice(place + 1);
  return later.find(({ scope, effectiveAt }) => scope === 'ALL_CUSTOMERS' && effectiveAt <= at) ?? null;
}

/** What prices the usage of a customer that is put on the plan at the instant. */
export function publicationForNewCustomers<P extends PublicationRule>(ordered: readonly P[], at: Date): P | null {
  return publicationAt(ordered, { since: at, listedIn: LISTED_IN_NONE }, at);
}

function firstPublished<P extends PublicationRule>(publications: readonly P[]): P | null {
  return publications.reduce<P | null>((first, publication) => (first && first.key < publication.key ? first : publication), null);
}

/** The one that was published last and not taken back. */
export function lastPublished<P extends PublicationRule>(publications: readonly P[]): P | null {
  const standing = publications.filter(({ cancelledAt }) => cancelledAt === null);
  return standing.reduce<P | null>((last, publication) => (last && last.key > publication.key ? last : publication), null);
}

/** The publications that decide during a stay, up to `to` (null: for ever), each with the instant from which on it does. */
export function publicationsDuring<P extends PublicationRule>(
  ordered: readonly P[],
  stay: PlanStay,
  to: Date | null,
): { readonly publication: P; readonly from: Date }[] {
  const first = publicationAt(ordered, stay, stay.since);
  if (!first) return [];
  const later = ordered.filter((one) => one.effectiveAt > stay.since && (!to || one.effectiveAt < to) && concerns(one, stay));
  const lastOfInstant = later.filter((one, index) => later[index + 1]?.effectiveAt.getTime() !== one.effectiveAt.getTime());
  return [{ publication: first, from: stay.since }, ...lastOfInstant.map((publication) => ({ publication, from: publication.effectiveAt }))];
}

/** When what is published now was published: now, but after all that was published before, so that each has a time of its own, whatever the clock says. */
export function publicationInstant(publications: readonly { readonly publishedAt: Date }[], now: Date): Date {
  const last = Math.max(...publications.map(({ publishedAt }) => publishedAt.getTime()));
  return last >= now.getTime() ? new Date(last + 1) : now;
}
