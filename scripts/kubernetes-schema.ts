import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Record<string, unknown>;

const packages = join(import.meta.dirname, '..', 'node_modules');

/** A type of Kubernetes', as kubernetes-models declares it. */
interface Declaration {
  description: string;
  fields: Field[];
  /** Files of the types that are named in it. */
  imports: ReadonlyMap<string, string>;
}

interface Field {
  name: string;
  isRequired: boolean;
  description: string;
  type: string;
}

/** What stands for types that have no fields. */
const plainTypes: Readonly<Record<string, JsonSchema>> = {
  any: {},
  boolean: { type: 'boolean' },
  number: { type: 'integer' },
  string: { type: 'string' },
  unknown: {},
  FieldsV1: { type: 'object' },
  IntOrString: { type: ['integer', 'string'] },
  Quantity: { type: ['number', 'string'] },
  Time: { type: 'string' },
};

/**
 * kubernetesSchemas makes JSON Schemas of types of Kubernetes' core (`Volume`) and of all that they hold, by name: fields, required
 * fields, enums and descriptions, out of the declarations of kubernetes-models, which are made from Kubernetes' OpenAPI.
 */
export function kubernetesSchemas(types: readonly string[]): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  const waiting = types.map(type => join(packages, 'kubernetes-models', 'v1', `${type}.d.ts`));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = nameOf(file);
    if (name in schemas) continue;
    const { description, fields, imports } = readDeclaration(file);
    const required = fields.filter(field => field.isRequired).map(field => field.name);
    schemas[name] = {
      type: 'object',
      description,
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(
        fields.map(field => [
          field.name,
          { ...(field.description && { description: field.description }), ...schemaOf(field.type, imports) },
        ]),
      ),
    };
    for (const [type, from] of imports) {
      if (plainTypes[nameOf(from)] === undefined && fields.some(field => field.type.includes(type)))
        waiting.push(from);
    }
  }
  return Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function schemaOf(type: string, imports: ReadonlyMap<string, string>): JsonSchema {
  const item = /^Array<(.*)>$/s.exec(type)?.[1];
  if (item !== undefined) return { type: 'array', items: schemaOf(item, imports) };
  const value = /^\{\s*\[key: string\]: (.*);\s*\}$/s.exec(type)?.[1];
  if (value !== undefined) return { type: 'object', additionalProperties: schemaOf(value, imports) };
  if (type.startsWith('"')) return { enum: type.split(' | ').map(text => JSON.parse(text)) };
  const file = imports.get(type);
  const name = file === undefined ? type : nameOf(file);
  const plain = plainTypes[name];
  if (plain === undefined && file === undefined) throw new Error(`${type} is a type that is not known here`);
  return plain ?? { $ref: `#/$defs/${name}` };
}

function nameOf(file: string): string {
  return /(\w+)\.d\.ts$/.exec(file)?.[1] ?? file;
}

const comment = String.raw`\/\*\*(?:(?!\*\/)[^])*\*\/`;
const interfacePattern = new RegExp(`(${comment})\\nexport interface \\w+[^{]*\\{\\n([^]*?)^\\}`, 'm');
const fieldPattern = new RegExp(
  `(?:^ {4}(${comment})\\n)?^ {4}"([^"]+)"(\\??): ([^]*?);\\n(?= {4}["/]|(?![^]))`,
  'gm',
);
const importPattern = /^import \{ (\w+) \} from "(.*)";$/gm;

function readDeclaration(file: string): Declaration {
  const text = readFileSync(file, 'utf8');
  const [, words = '', body = ''] = interfacePattern.exec(text) ?? [];
  return {
    description: firstParagraph(words),
    fields: [...body.matchAll(fieldPattern)].map(([, about = '', name = '', mark, type = '']) => ({
      name,
      isRequired: mark === '',
      description: firstParagraph(about),
      type: type.trim(),
    })),
    imports: new Map(
      [...text.matchAll(importPattern)].map(([, type = '', from = '']) => [
        type,
        from.startsWith('.')
          ? join(file, '..', from.replace(/\.js$/, '.d.ts'))
          : join(packages, `${from}.d.ts`),
      ]),
    ),
  };
}

/** The first paragraph of a comment: the others are too long for an editor. */
function firstParagraph(words: string): string {
  const text = words.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '');
  return (text.trim().split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ');
}
