import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity } from '../../src/raft/storage/identity.ts';
import { encodeBatch } from '../../src/raft/storage/batch-encoder.ts';
import { NodeDisk } from '../../src/raft/storage/node-disk.ts';
import { encodeBody } from '../../src/raft/storage/record.ts';
import { recoverLog } from '../../src/raft/storage/recover-log.ts';
import { scanSnapshots } from '../../src/raft/storage/snapshot-scan.ts';
import type { FoundBatch } from '../../src/raft/storage/segment-reader.ts';
import { readSegment } from '../../src/raft/storage/segment-reader.ts';

/** The last segment of a dead node's log, as it lies on the disk. */
export interface LogFile {
  readonly path: string;
  /** Where the last record ends. */
  readonly end: number;
  readonly batches: readonly FoundBatch[];
  /** A batch that would be the next one, as its writer would have written it. */
  readonly nextBatch: Uint8Array;
}

export async function readLogFile(folder: string): Promise<LogFile> {
  const disk = new NodeDisk(folder);
  try {
    const identity = readIdentity(disk);
    if (identity === null) throw new Error(`${folder} has no identity`);
    const { current, end, highestBatch, log } = recoverLog({
      disk,
      folderIds: [identity.folderId, ...identity.pastFolderIds],
      snapshot: scanSnapshots(disk).newest?.meta ?? null,
    });
    const entry = log.entries.at(-1);
    if (current === null || entry === undefined) throw new Error(`the log in ${folder} is empty`);
    const path = join(folder, current.name);
    const batches: FoundBatch[] = [];
    readSegment(readFileSync(path), current.identity, 0, (batch) => batches.push(batch));
    const stamp = { identity: current.identity, batch: highestBatch + 1, previousBatch: end.batch };
    const { chunks } = encodeBatch([encodeBody({ kind: 'entry', entry })], stamp);
    return { path, end: current.position, batches, nextBatch: Buffer.concat(chunks) };
  } finally {
    await disk.close();
  }
}

/** Puts bytes over those of a file, which keeps its length. */
export function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, offset);
  } finally {
    closeSync(file);
  }
}
