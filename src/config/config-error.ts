/** The configuration cannot be used. The message is one sentence that names the file and, where there is one, the key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';
  readonly file: string;
  /** As one would write it: `nodes[0].client`; null when the whole file is meant. */
  readonly key: string | null;

  constructor(problem: ConfigProblem, options?: ErrorOptions) {
    const where = problem.key === null ? problem.file : `${problem.key} in ${problem.file}`;
    super(`${where}: ${problem.what}`, options);
    this.file = problem.file;
    this.key = problem.key;
  }
}

export interface ConfigProblem {
  readonly file: string;
  readonly key: string | null;
  /** What is wrong and what to do, without file and key. */
  readonly what: string;
}
