import type { ChatCommand, CommandBody } from '../../../src/chat/commands/command.ts';
import type { Rules } from '../../../src/chat/commands/rules.ts';
import { RULES } from '../../../src/chat/commands/rules.ts';
import { BatchFormats } from '../../../src/raft/driver/batch-formats.ts';
import type { BatchFormat } from '../../../src/raft/driver/payloads.ts';
import { FIRST_BATCH_FORMAT } from '../../../src/raft/driver/payloads.ts';
import type { Program } from '../../../src/raft/driver/program.ts';
import { PROGRAM } from '../../../src/raft/driver/program.ts';

/** A program as it is installed on a machine. */
export interface Release {
  readonly name: 'this' | 'next';
  readonly program: Program;
  readonly rules: readonly Rules[];
}

/** What the next release has otherwise in its batches: another first byte, and so many bytes more at the end of their head. */
const EXTRA_BYTES = 8;
const NEXT_FORMAT: BatchFormat = {
  id: 200,
  encode: (...args) => {
    const { payload, bodyOffset, ...batch } = FIRST_BATCH_FORMAT.encode(...args);
    const written = Buffer.concat([
      payload.subarray(0, bodyOffset),
      Buffer.alloc(EXTRA_BYTES, 7),
      payload.subarray(bodyOffset),
    ]);
    written[0] = NEXT_FORMAT.id;
    return { ...batch, payload: written, bodyOffset: bodyOffset + EXTRA_BYTES, format: NEXT_FORMAT };
  },
  decode: (payload) => {
    const plain = Buffer.from(payload);
    plain[0] = FIRST_BATCH_FORMAT.id;
    const batch = FIRST_BATCH_FORMAT.decode(plain);
    return { ...batch, payload, bodyOffset: batch.bodyOffset + EXTRA_BYTES, format: NEXT_FORMAT };
  },
};

/** What a command means by the rules of a version: by the second, what is sent to `w4` goes to `w3`. */
export function byRulesOf(version: number, body: CommandBody): CommandBody {
  if (version < 2 || body.kind !== 'send') return body;
  return { ...body, to: body.to.replace(/^w4(?=$|123$)/, 'w3') };
}

const [first] = RULES;
const nextRules: Rules = (state, from, command: ChatCommand) => {
  if (first === undefined) throw new Error('there are no rules');
  return first(state, from, { ...command, body: byRulesOf(2, command.body) });
};

export const THIS_RELEASE: Release = { name: 'this', program: PROGRAM, rules: RULES };

/** The one to come: it writes batches in another way, and by its rules some commands come to something else. */
export const NEXT_RELEASE: Release = {
  name: 'next',
  program: {
    reads: { lowest: 1, highest: 2 },
    behaviour: 2,
    batches: new BatchFormats(
      new Map([
        [1, FIRST_BATCH_FORMAT],
        [2, NEXT_FORMAT],
      ]),
    ),
  },
  rules: [...RULES, nextRules],
};

/** What both write. */
export const ALL_FORMATS = NEXT_RELEASE.program.batches;
