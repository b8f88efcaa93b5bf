import type { Disk } from './disk.ts';
import type { DoubtKind } from './doubt.ts';

/*
 * Nothing is deleted because of a doubt. What is cut, or does not belong to the log any more, stays in the folder under a
 * name that nothing but a person reads: `aside-0001-damaged-log-0000000003.seg`. All that one doubt sets aside has one
 * number. An operator removes these files when they are of no more use.
 */
const NAME = /^aside-(\d{4,})-/;

/** `aside-0001-suspect-log-0000000003.seg` */
export function asideName(number: number, why: DoubtKind, name: string): string {
  return `aside-${String(number).padStart(4, '0')}-${why}-${name}`;
}

const SET_ASIDE = /^aside-\d{4,}-[a-z]+-(?:\d+-)?/;

/** What the file was called before it was set aside, if it was. */
export function nameBeforeAside(name: string): string {
  return name.replace(SET_ASIDE, '');
}

/** Whether a file was set aside. */
export function isAside(name: string): boolean {
  return NAME.test(name);
}

/** A number under which nothing was set aside yet. */
export function nextAside(names: readonly string[]): number {
  return names.reduce((next, name) => Math.max(next, Number(NAME.exec(name)?.[1] ?? 0) + 1), 1);
}

/** Moves a file aside, durably. */
export function moveAside(disk: Disk, number: number, why: DoubtKind, name: string): void {
  const names = disk.list();
  let aside = asideName(number, why, name);
  for (let copy = 2; names.includes(aside); copy += 1) aside = asideName(number, why, `${copy}-${name}`);
  disk.rename(name, aside);
}

/**
 * Keeps a copy of the first bytes of a file aside, durably. One that is there already is from an earlier attempt, and whole: by
 * now some of the file may have been overwritten with zeros. If it differs in anything else it was damaged anew, and both are kept.
 */
export function copyAside(disk: Disk, number: number, why: DoubtKind, name: string, bytes: Uint8Array): void {
  const names = disk.list();
  let aside = asideName(number, why, name);
  for (let copy = 2; names.includes(aside); copy += 1) {
    if (holds(disk.readFile(aside), bytes)) return;
    aside = asideName(number, why, `${copy}-${name}`);
  }
  disk.replaceFile(aside, bytes);
}

const holds = (kept: Uint8Array, bytes: Uint8Array): boolean =>
  bytes.every((byte, at) => byte === 0 || byte === kept[at]);
