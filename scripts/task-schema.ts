import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { catalogue, isTaken } from '../shared/task/catalogue/catalogue.ts';
import type { Parameter } from '../shared/task/catalogue/parameter.ts';
import { isRecord } from '../shared/task/raw.ts';
import { hintOf } from '../shared/task/schema/hints.ts';
import { contextFields } from '../shared/task/schema/run.ts';
import { taskSchema } from '../shared/task/task.ts';
import { type JsonSchema, kubernetesSchemas } from './kubernetes-schema.ts';

/** A text in which something is replaced; see hasTemplate. */
const templatePattern = '\\{[{%#]';
const template = { $ref: '#/$defs/Template' };

const id = { type: 'string', minLength: 1, maxLength: 250 };
const runKey: Readonly<Record<string, JsonSchema>> = {
  dag_id: { ...id, default: 'default' },
  run_id: id,
  task_id: id,
  map_index: { type: 'integer', minimum: -1, maximum: 999_999_999 },
};

/**
 * taskJsonSchema makes the JSON Schema of a task (draft 2020-12) that schema/task.schema.json holds: for an editor's completion, texts
 * and first checks. Names, and what parameters mean together, are checked by `taskpod validate` alone.
 */
export function taskJsonSchema(): JsonSchema {
  const fields = z.record(z.string(), z.custom<JsonSchema>(isRecord)).parse(jsonOf(taskSchema).properties);
  const taken = Object.entries({ ...runKey, ...fields }).map(([name, schema]) => {
    const isRendered = !(name in runKey || name in contextFields);
    const whole = isRendered ? orTemplate(schema) : schema;
    return [name, describe(name, name === 'task_id' ? whole : orNull(whole))];
  });
  const ignored = [...catalogue]
    .filter(([, parameter]) => !isTaken(parameter) && parameter.effect === 'warning')
    .map(([name]) => [name, describe(name, { deprecated: true })]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Taskpod task',
    description: 'A task that becomes a Pod. Parameters are those of KubernetesPodOperator; null is None.',
    type: 'object',
    additionalProperties: false,
    required: ['task_id'],
    properties: {
      $schema: { type: 'string', description: 'Where this schema is, for an editor.' },
      ...Object.fromEntries(taken),
      ...Object.fromEntries(ignored),
    },
    $defs: {
      Template: { type: 'string', pattern: templatePattern, description: 'A template.' },
      ...definitions(),
    },
  };
}

function jsonOf(type: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const hint = hintOf(zodSchema);
      if (hint?.shapes !== undefined) jsonSchema.anyOf = hint.shapes.map(jsonOf);
      if (hint?.kubernetes !== undefined) jsonSchema.$ref = definitionOf(hint.kubernetes, hint.isLayer);
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      delete jsonSchema.propertyNames;
    },
  });
  return schema;
}

function definitionOf(type: string, isLayer = false): string {
  return `#/$defs/${type.replace(/^V1/, '')}${isLayer ? 'Layer' : ''}`;
}

/** Kubernetes' types, and a Pod that lies below the parameters: any part of it may be missing, and its status counts nothing. */
function definitions(): Record<string, JsonSchema> {
  const { Pod = {}, PodSpec = {}, ...others } = kubernetesSchemas(['Pod']);
  const layer = (schema: JsonSchema, changed: JsonSchema): JsonSchema => {
    const { required: _, ...rest } = schema;
    return { ...rest, properties: { ...(isRecord(rest.properties) ? rest.properties : {}), ...changed } };
  };
  const layers = {
    PodLayer: layer(Pod, { spec: { $ref: '#/$defs/PodSpecLayer' }, status: { type: 'object' } }),
    PodSpecLayer: layer(PodSpec, {
      containers: { type: 'array', items: { $ref: '#/$defs/ContainerLayer' } },
    }),
    ContainerLayer: layer(others.Container ?? {}, {}),
  };
  const named = reachable({ ...others, ...layers }, jsonOf(taskSchema));
  return Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, orTemplate(schema)]));
}

/** The definitions that a schema names, and those that they name. */
function reachable(all: Readonly<Record<string, JsonSchema>>, root: JsonSchema): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  const waiting: JsonSchema[] = [root];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      const definition = all[name];
      if (definition === undefined) throw new Error(`${name} has no definition`);
      if (name in found) continue;
      found[name] = definition;
      waiting.push(definition);
    }
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lets a template stand wherever something else than a text is wanted. */
function orTemplate(schema: JsonSchema): JsonSchema {
  const {
    enum: values,
    type,
    ...inner
  } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inEach(key, value)]));
  if (values !== undefined) return { ...inner, anyOf: [{ enum: values }, template] };
  const types = typesOf({ type });
  if (types.length === 0) return inner;
  if (types.includes('string')) return { type, ...inner };
  return { type: [...types, 'string'], ...inner, pattern: templatePattern };
}

/** Goes into the schemas that a keyword holds. */
function inEach(keyword: string, value: unknown): unknown {
  if (keyword === 'properties' && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, isRecord(schema) ? orTemplate(schema) : schema]),
    );
  }
  if (keyword === 'anyOf' && Array.isArray(value))
    return value.map(item => (isRecord(item) ? orTemplate(item) : item));
  const holdsSchema = keyword === 'items' || keyword === 'additionalProperties';
  return holdsSchema && isRecord(value) ? orTemplate(value) : value;
}

function orNull(schema: JsonSchema): JsonSchema {
  const { $ref, ...rest } = schema;
  if ($ref !== undefined) return { ...rest, anyOf: [{ $ref }, { type: 'null' }] };
  if (Array.isArray(rest.enum)) return { ...rest, ...typeOrNull(rest), enum: [...rest.enum, null] };
  if (Array.isArray(rest.anyOf)) return { ...rest, anyOf: [...rest.anyOf, { type: 'null' }] };
  return { ...rest, ...typeOrNull(rest) };
}

function typeOrNull(schema: JsonSchema): JsonSchema {
  return { type: [...typesOf(schema), 'null'] };
}

function typesOf({ type }: JsonSchema): unknown[] {
  if (type === undefined) return [];
  return Array.isArray(type) ? type : [type];
}

function describe(name: string, schema: JsonSchema): JsonSchema {
  const parameter = catalogue.get(name);
  return { description: parameter === undefined ? '' : wordsOf(parameter), ...schema };
}

function wordsOf(parameter: Parameter): string {
  if (!isTaken(parameter)) return `Has no effect. ${parameter.instead}`;
  return [parameter.meaning, parameter.difference].join(' ').trim();
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const file = join(root, 'schema', 'task.schema.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(taskJsonSchema()));
  execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', file]);
  process.stdout.write(`${file} is written\n`);
}
