/** Something metered. `unit` says what one of the reported value is, such as `request`. */
export interface Feature {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}
