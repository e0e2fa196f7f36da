/** A credit type, such as AI tokens. The unit names are for people: `1 credit`, `2 credits`. */
export interface Currency {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly symbol: string | null;
  readonly unitSingular: string;
  readonly unitPlural: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}
