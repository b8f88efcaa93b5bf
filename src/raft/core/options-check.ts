import { broken } from './errors.ts';
import type { RaftOptions } from './options.ts';

const MAX_MEMBERS = 7;

/** Throws `RaftInvariantError` for options that no driver can mean. What a user can get wrong is checked long before. */
export function assertOptions(options: RaftOptions): void {
  const { id, members, electionTicks, heartbeatTicks, hardState, log } = options;
  if (!members.includes(id)) broken(`${id} is not among the members ${members.join(', ')}`);
  if (new Set(members).size !== members.length) broken(`a member is named twice: ${members.join(', ')}`);
  if (members.length > MAX_MEMBERS) broken(`${members.length} members are too many: at most ${MAX_MEMBERS}`);
  if (!Number.isSafeInteger(heartbeatTicks) || heartbeatTicks < 1) {
    broken(`heartbeatTicks must be a whole number of at least 1, not ${heartbeatTicks}`);
  }
  if (!Number.isSafeInteger(electionTicks) || electionTicks < 3 * heartbeatTicks) {
    broken(`electionTicks must be at least 3 * heartbeatTicks = ${3 * heartbeatTicks}, not ${electionTicks}`);
  }
  const lastTerm = log.at(-1)?.term ?? 0;
  if (lastTerm > hardState.term) {
    broken(`the log on disk ends in term ${lastTerm}, but the saved term is ${hardState.term}`);
  }
}
