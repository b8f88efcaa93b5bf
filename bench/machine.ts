import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** Where and when figures were measured, and of what. */
export interface Circumstances {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
}

export function circumstances(): Circumstances {
  const [processor] = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine: `${cpus().length} cores (${processor?.model.trim() ?? 'unknown'}), ${gibibytes} GiB, ${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}

function commit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const changed = git('status', '--porcelain', '--', '..').trim() === '' ? '' : ', with changes';
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed}`;
  } catch {
    return 'unknown';
  }
}
