/** What is asked for by those who cut it into pieces. */
export const SLAB_BYTES = 256 * 1024;
/** Of so many bytes, one is counted. */
const COUNTED_OF = 4;

/** A slab that is zero and nobody's, or null if none is at hand. Does nothing else: it is asked in the middle of other work. */
export type SlabSupply = () => Uint8Array | null;

let supply: SlabSupply | null = null;
let madeBytes = 0;
let countedBytes = 0;

/**
 * Memory for large pieces of bytes that live long or come often: zeros at first. V8 counts what typed arrays hold outside of its
 * heap, and answers every 64 MiB of it with a collection of the whole heap, in which there is nothing of it to find: a message store
 * that grows, and a log that is kept in memory, would be looked through again and again. What lies in a SharedArrayBuffer V8 does not
 * count. It is shared with nobody here, and freed like any other when nothing refers to it any more. A quarter of it is counted all
 * the same, so that V8 looks once in 256 MiB at the latest, and what was let go does not stay for ever.
 */
export function uncountedBytes(bytes: number): Uint8Array {
  const slab = bytes === SLAB_BYTES ? supply?.() : null;
  return slab ?? newUncountedBytes(bytes);
}

/** The same, from no supply. */
export function newUncountedBytes(bytes: number): Uint8Array {
  madeBytes += bytes;
  if (countedBytes * COUNTED_OF >= madeBytes) return new Uint8Array(new SharedArrayBuffer(bytes));
  countedBytes += bytes;
  return new Uint8Array(bytes);
}

/** From now on slabs come from here as long as it has any, in all of this process. Gives what ends that. */
export function supplySlabs(from: SlabSupply): () => void {
  supply = from;
  return () => {
    if (supply === from) supply = null;
  };
}
