import type { Decimal } from './decimal';
import type { DimensionType, DimensionValue } from './dimensions';

/** What a seller has said about a dimension of a feature's events. Reports that contradict it are refused. */
export interface DimensionDeclaration {
  readonly name: string;
  readonly type: DimensionType;
  readonly description: string | null;
  /** Of a number: the least and the greatest it may be; null: no such bound. */
  readonly lowest: Decimal | null;
  readonly highest: Decimal | null;
  /** Of a text or a number: all that it may be; null: anything of its type. */
  readonly allowedValues: readonly DimensionValue[] | null;
  /** An event without it is refused. */
  readonly required: boolean;
  /** Former names, which mean the same dimension. */
  readonly aliases: readonly string[];
}
