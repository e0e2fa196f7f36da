import type { GrantCategory } from '../generated/credits';
import { groupDigits } from './amount';

export const CATEGORY_NAMES: Record<GrantCategory, string> = { PROMOTIONAL: 'Promotional', RECURRING: 'Recurring', PAID: 'Paid' };

interface NamedGrant {
  readonly category: GrantCategory;
  readonly amount: string;
  /** Not told to customers. */
  readonly reason?: string | null;
}

/** What a grant is called everywhere: why it was granted or, where that is not said, what and how much. */
export function grantName({ reason, category, amount }: NamedGrant): string {
  return reason || `${CATEGORY_NAMES[category]} grant of ${groupDigits(amount)}`;
}
