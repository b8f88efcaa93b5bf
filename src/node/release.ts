import packageJson from '../../package.json' with { type: 'json' };
import type { Rules } from '../chat/commands/rules.ts';
import { RULES } from '../chat/commands/rules.ts';
import type { Program } from '../raft/driver/program.ts';
import { PROGRAM } from '../raft/driver/program.ts';

/** What sets one release of this program apart from another one in a cluster that is upgraded node by node. */
export interface Release {
  /** Its name, as `status` tells it. */
  readonly version: string;
  /** What it reads and writes. */
  readonly program: Program;
  /** Every version of the chat's rules that it knows, the first one first. */
  readonly rules: readonly Rules[];
}

export const THIS_RELEASE: Release = { version: packageJson.version, program: PROGRAM, rules: RULES };
