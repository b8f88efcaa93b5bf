import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import type { Rules } from '../../../src/chat/commands/rules.ts';

/** The pieces of a snapshot of this machine, as it is now. */
export const piecesOf = (machine: ChatMachine): Uint8Array[] => taken(machine.takeSnapshot());

/** The pieces of a snapshot that was begun. */
export function taken(snapshot: Iterator<Uint8Array, undefined>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let next = snapshot.next(); next.done !== true; next = snapshot.next())
    pieces.push(next.value.slice());
  return pieces;
}

/** Restores these pieces into the machine. Throws as the restore does. */
export function restore(machine: ChatMachine, pieces: Iterable<Uint8Array>): void {
  const restoring = machine.beginRestore();
  for (const piece of pieces) restoring.add(piece);
  restoring.finish();
}

/** Another machine in the same state. */
export function copyOf(machine: ChatMachine, rules?: readonly Rules[]): ChatMachine {
  const copy = new ChatMachine(rules === undefined ? {} : { rules });
  restore(copy, piecesOf(machine));
  return copy;
}

/** All bytes of a snapshot in one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
