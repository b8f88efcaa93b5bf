import { newestMark } from '../../../src/raft/storage/mark.ts';
import { readHeader } from '../../../src/raft/storage/segment-format.ts';
import type { FolderLab } from './folder-lab.ts';

export const FIRST = 'log-0000000001.seg';
export const SECOND = 'log-0000000002.seg';
export const LAST = 'log-0000000004.seg';

export const endOf = (lab: FolderLab, name: string): number => {
  const bytes = lab.disk.readFile(name);
  const found = readHeader(bytes);
  if (found.kind !== 'header') throw new Error(`${name} has no header`);
  return newestMark(bytes, found.header.identity)?.position ?? 4096;
};

/** Whatever is done to a folder, in its words. */
export type Harm = (lab: FolderLab) => void;

export const cutLastBatch: Harm = (lab) =>
  lab.disk.overwrite(LAST, endOf(lab, LAST) - 1500, new Uint8Array(1500));
export const flipInTheMiddle: Harm = (lab) => lab.flip(SECOND, 4300);
export const loseTheLog: Harm = (lab) => {
  for (const name of lab.disk.list()) if (name.endsWith('.seg')) lab.disk.destroy(name);
};
export const becomeAnother: Harm = (lab) => {
  lab.nodeId = 'n2';
};
