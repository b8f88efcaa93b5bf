/** When snapshots are taken and how they travel. Sizes in bytes, times in ticks. */
export interface SnapshotSettings {
  /** Bytes of applied entries since the last snapshot after which the next one is taken, at the least. */
  readonly everyLogBytes: number;
  /**
   * And at the least so many for each byte of the last one. With 1/4 all snapshots together are four times as much to write as the log,
   * however large the state is, and a log to be applied anew at a start is hardly more than a quarter of it; with 0 its size does not matter.
   */
  readonly logPerSnapshotByte: number;
  /** Bytes of entries that stay in the log behind a snapshot, so that a briefly slow follower needs none. */
  readonly trailingBytes: number;
  /** Bytes of the file in one message; at most `MAX_CHUNK_BYTES`. */
  readonly chunkBytes: number;
  /** Bytes of a transfer that are sent and not yet acknowledged. */
  readonly windowBytes: number;
  /** A transfer that has not moved for so long is sent again from where the follower stood. */
  readonly resendTicks: number;
  /** A transfer that has not moved for so long is given up. */
  readonly stallTicks: number;
  /** A transfer that takes longer than this is given up: the log that it holds back must not grow for ever. */
  readonly transferTicks: number;
}
