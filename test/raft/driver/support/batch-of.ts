import { submissionId } from '../../../../src/ordered-log/index.ts';
import type { NodeId } from '../../../../src/ordered-log/index.ts';
import { BatchPieces, CommandKeeper } from '../../../../src/raft/driver/kept-commands.ts';
import type { CommandBatch } from '../../../../src/raft/driver/payloads.ts';
import { encodeCommandBatch } from '../../../../src/raft/driver/payloads.ts';

/** A batch of these commands, numbered from `firstSeq` on. */
export function batchOf(
  node: NodeId,
  incarnation: number,
  firstSeq: number,
  commands: readonly Uint8Array[],
): CommandBatch {
  const keeper = new CommandKeeper();
  const pieces = new BatchPieces();
  for (const command of commands) pieces.add(keeper.keep(submissionId(1), command));
  return encodeCommandBatch(node, incarnation, firstSeq, commands.length, pieces.finish());
}
