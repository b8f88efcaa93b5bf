import { echo } from './visible-text.ts';

const NAME = /^[A-Za-z0-9_.-]{1,32}$/;

/** Names, in lower case, whose push (`receiver: hello`) would read like a reply of the server. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['receiver']);

/** Why an account cannot have this name, in words for a person; null if it can. */
export const nameFault = (name: string): string | null => {
  if (name === '') return 'the name is missing, as in 1|name or 1|name|password';
  if (!NAME.test(name)) return `a name is 1 to 32 of A-Z a-z 0-9 _ - . and "${echo(name)}" is not`;
  if (RESERVED_NAMES.has(name.toLowerCase())) return `the name ${name} is reserved`;
  return null;
};
