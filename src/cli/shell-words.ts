import { relative, sep } from 'node:path';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { configFilePath } from '../config/load-config.ts';

/** A word as it must be typed in a shell to mean itself. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A path as one would type it in this folder: relative if it lies below, else absolute. */
export function shellPath(path: string, folder: string): string {
  const way = relative(folder, path);
  return shellQuote(way !== '' && way !== '..' && !way.startsWith(`..${sep}`) ? `.${sep}${way}` : path);
}

/** What must be added to a command typed in this folder to make it use this configuration; empty for the default one. */
export function configArgument(config: ClusterConfig, folder: string): string {
  return configFilePath(undefined, folder) === config.file
    ? ''
    : ` --config ${shellPath(config.file, folder)}`;
}
