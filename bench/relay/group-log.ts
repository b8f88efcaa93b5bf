import * as fs from 'node:fs';

const FILE_BYTES = 64 * 1024 * 1024;
const ZEROS = Buffer.alloc(1024 * 1024);

/** Appends to a file, in groups: what comes while a sync runs goes with the next one. */
export interface GroupLog {
  /** The bytes end with the message of this number. */
  append(bytes: Uint8Array, lastMessage: number): void;
  /** To be told up to which message everything is on disk. */
  onDurable: (lastMessage: number) => void;
}

/** A file of fixed size, filled beforehand, written round and round: nothing but the bytes themselves has to reach the disk. */
export function openGroupLog(path: string): GroupLog {
  const file = fs.openSync(path, 'w+');
  for (let at = 0; at < FILE_BYTES; at += ZEROS.length) fs.writeSync(file, ZEROS, 0, ZEROS.length, at);
  fs.fsyncSync(file);
  let waiting: Uint8Array[] = [];
  let waitingUpTo = 0;
  let position = 0;
  let state: 'idle' | 'syncing' = 'idle';

  const log: GroupLog = {
    append(bytes, lastMessage) {
      waiting.push(bytes);
      waitingUpTo = lastMessage;
      if (state === 'idle') writeGroup();
    },
    onDurable: () => undefined,
  };

  const writeGroup = (): void => {
    state = 'syncing';
    const group = waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : Buffer.concat(waiting);
    const upTo = waitingUpTo;
    waiting = [];
    if (position + group.length > FILE_BYTES) position = 0;
    // Into the system's cache, which takes microseconds; only the sync is worth a thread.
    fs.writeSync(file, group, 0, group.length, position);
    position += group.length;
    fs.fdatasync(file, (error) => {
      if (error !== null) throw error;
      state = 'idle';
      if (waiting.length > 0) writeGroup();
      log.onDurable(upTo);
    });
  };
  return log;
}
