/** Something that Raft promises can never be so, was. The node must stop: to go on would be to guess. */
export class RaftInvariantError extends Error {
  override readonly name = 'RaftInvariantError';
  readonly code = 'RAFT_INVARIANT';
}

/** Says what can never be so and is. Throws `RaftInvariantError`. */
export function broken(what: string): never {
  throw new RaftInvariantError(what);
}
