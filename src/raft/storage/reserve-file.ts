import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { SYNC_EVERY_BYTES } from './sync-every.ts';

const ZEROS = new Uint8Array(1024 * 1024);

type Reserved = (error: Error | null, descriptor: number | null) => void;

/**
 * Makes a file of zeros: written, not merely promised by the file system, so that later writes neither need room nor
 * change the file's size. It is filled and synced aside and then renamed, so that it is complete or not there.
 * Gives back its open descriptor, or an error after which nothing is left behind.
 */
export function fillWithZeros(aside: string, path: string, bytes: number, reserved: Reserved): void {
  fs.open(aside, 'w+', 0o600, (error, file) => {
    if (error !== null) return reserved(error, null);
    const giveUp = (error: Error): void => {
      fs.close(file, () => fs.unlink(aside, () => reserved(error, null)));
    };
    const publish = (): void => {
      fs.rename(aside, path, (error) => {
        if (error !== null) return giveUp(error);
        syncFolderLater(dirname(path), (error) => (error === null ? reserved(null, file) : giveUp(error)));
      });
    };
    const fill = (from: number): void => {
      if (from >= bytes) {
        fs.fsync(file, (error) => (error === null ? publish() : giveUp(error)));
        return;
      }
      fs.write(file, ZEROS, 0, Math.min(ZEROS.byteLength, bytes - from), from, (error, written) => {
        if (error !== null) return giveUp(error);
        const to = from + written;
        if (Math.floor(to / SYNC_EVERY_BYTES) === Math.floor(from / SYNC_EVERY_BYTES)) fill(to);
        else fs.fdatasync(file, (error) => (error === null ? fill(to) : giveUp(error)));
      });
    };
    fill(0);
  });
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const file = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** The same, in the background. */
export function syncFolderLater(folder: string, done: (error: Error | null) => void): void {
  fs.open(folder, 'r', (error, file) => {
    if (error !== null) return done(error);
    fs.fsync(file, (error) => fs.close(file, () => done(error)));
  });
}
