/** Collects the conditions of a statement with their values, so that no value ever becomes part of the text. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** `write` gets a function that takes a value and gives its placeholder. */
  add(write: (value: (given: unknown) => string) => string): void {
    this.parts.push(write((given) => this.placeholder(given)));
  }

  /** For a value outside the conditions. */
  placeholder(given: unknown): string {
    this.values.push(given);
    return `$${this.values.length}`;
  }

  /** All of them must hold. */
  get text(): string {
    return this.parts.length === 0 ? 'TRUE' : this.parts.join(' AND ');
  }
}
