import { z } from 'zod';
import { ClusterFileSchema } from './cluster-schema.ts';

/** The JSON Schema of the configuration file, for editors: what `cluster.schema.json` holds. */
export function clusterJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(ClusterFileSchema, { target: 'draft-7', io: 'input' });
}
