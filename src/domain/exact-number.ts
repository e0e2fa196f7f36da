/** A number of a request that a JavaScript number would round; it keeps the digits as they were sent. */
export class ExactNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}
