/** Who asks, in which environment, and when. The clock is read once per request; operations never read it. */
export interface Context {
  readonly environmentKey: number;
  readonly environmentId: string;
  /** The API key that asks; absent: the server itself. */
  readonly apiKeyId?: string;
  readonly now: Date;
  /** With a customer token: the only customer that is there for the caller. Without: all of the environment are. See customer-scope. */
  readonly onlyCustomer?: ScopedCustomer | null;
}

export interface ScopedCustomer {
  readonly key: bigint;
  readonly id: string;
}
