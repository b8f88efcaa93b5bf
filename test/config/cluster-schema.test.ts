import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ClusterFileSchema } from '../../src/config/cluster-schema.ts';
import { clusterJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const examples = readdirSync(fromRoot('examples')).filter((name) => name.endsWith('.config.json'));

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

describe('cluster.schema.json', () => {
  it('is what `node bin/conclave.js schema` prints', () => {
    expect(JSON.parse(readFileSync(fromRoot('cluster.schema.json'), 'utf8'))).toEqual(clusterJsonSchema());
  });

  it('describes every key, gives every optional one a default, and refuses all others', () => {
    const root = clusterJsonSchema() as JsonSchema;
    for (const [key, schema] of Object.entries(root.properties ?? {})) {
      expect(schema.description, key).toBeTruthy();
      if (key !== 'nodes' && key !== '$schema') expect(schema.default, key).toBeDefined();
      for (const [inner, field] of Object.entries(schema.properties ?? {})) {
        expect(field.description, `${key}.${inner}`).toBeTruthy();
        expect(field.default, `${key}.${inner}`).toBeDefined();
      }
      if (schema.type === 'object') expect(schema.additionalProperties, key).toBe(false);
    }
    expect(root.additionalProperties).toBe(false);
  });
});

describe('the examples', () => {
  it('are the five nodes and the three machines', () => {
    expect(examples).toEqual(['five-nodes.config.json', 'three-machines.config.json']);
  });

  it.each(examples)('%s can be used, and points at the schema', (name) => {
    const path = fromRoot(`examples/${name}`);
    const raw = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    expect(ClusterFileSchema.safeParse(raw).success).toBe(true);
    expect(raw['$schema']).toBe('../cluster.schema.json');
    expect([3, 5]).toContain(loadConfig(path).nodes.length);
  });
});
