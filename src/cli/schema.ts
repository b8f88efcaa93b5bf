import { clusterJsonSchema } from '../config/json-schema.ts';
import { EXIT } from './cli-error.ts';

/** `conclave schema`: prints the JSON Schema of the configuration file. */
export function schemaCommand(): number {
  process.stdout.write(`${JSON.stringify(clusterJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
