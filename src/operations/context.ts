/** Who asks, in which environment, and when. The clock is read once per request; operations never read it. */
export interface Context {
  readonly environmentKey: number;
  readonly environmentId: string;
  readonly now: Date;
}
