/** Lanes work side by side, so that one prepares while another waits for the database. */
export const LANES = 2;

/** Spreads customers over the lanes, always the same way. */
export function laneOf(environmentKey: number, customerId: string): number {
  return customerHash(environmentKey, customerId) % LANES;
}

/** A multiple of the lanes, so that reports of two lanes never share one. */
const KEY_SPACES = 8 * LANES;

/** Which part of all idempotency keys those of the customer are in: what is locked where a key must not be taken in two tables (store/key-spaces). */
export function keySpaceOf(environmentKey: number, customerId: string): number {
  return customerHash(environmentKey, customerId) % KEY_SPACES;
}

function customerHash(environmentKey: number, customerId: string): number {
  let hash = environmentKey;
  for (let index = 0; index < customerId.length; index++) hash = (hash * 31 + customerId.charCodeAt(index)) | 0;
  return Math.abs(hash);
}
