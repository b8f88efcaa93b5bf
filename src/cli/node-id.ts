import { NODE_ID_PATTERN } from '../config/cluster-schema.ts';
import { CliError } from './cli-error.ts';

/** The id that somebody typed, if a node can be called so. @throws CliError that says what an id must be */
export function checkedNodeId(id: string): string {
  if (NODE_ID_PATTERN.test(id)) return id;
  throw new CliError(`"${id}" cannot be the id of a node: it must be 1 to 16 of a-z, 0-9 and -.`);
}
