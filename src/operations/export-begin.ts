/** Waits for the first batch, so that what is refused is refused before anything is sent. */
export async function begun<Batch>(batches: AsyncGenerator<Batch>): Promise<AsyncGenerator<Batch>> {
  const first = await batches.next();
  return goOn(first, batches);
}

async function* goOn<Batch>(first: IteratorResult<Batch>, batches: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
  if (first.done) return;
  try {
    yield first.value;
    yield* batches;
  } finally {
    await batches.return(undefined);
  }
}
