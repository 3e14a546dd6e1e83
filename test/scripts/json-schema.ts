import { isRecord } from '../../shared/task/raw.ts';

type Schema = Record<string, unknown>;

/** Every keyword that {@link misfits} knows; a schema with another one would be checked less than it seems. */
const knownKeywords = new Set([
  '$defs',
  '$ref',
  '$schema',
  'additionalProperties',
  'anyOf',
  'const',
  'default',
  'deprecated',
  'description',
  'enum',
  'format',
  'items',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'pattern',
  'properties',
  'required',
  'title',
  'type',
]);

/** The places where a value does not fit a JSON Schema (draft 2020-12, as far as ours uses it). */
export function misfits(root: Schema, value: unknown): string[] {
  const wrongAt = (schema: Schema, item: unknown, path: string): string[] => {
    const unknown = Object.keys(schema).filter(keyword => !knownKeywords.has(keyword));
    if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: keywords that are not known here`);
    const wrong = fits(schema, item) ? [] : [path];
    if (typeof schema.$ref === 'string') wrong.push(...wrongAt(definition(schema.$ref), item, path));
    if (Array.isArray(schema.anyOf)) {
      const tried = schema.anyOf.filter(isRecord).map(one => wrongAt(one, item, path));
      if (tried.every(places => places.length > 0)) {
        wrong.push(...(tried.toSorted((a, b) => depth(b) - depth(a))[0] ?? [path]));
      }
    }
    return [...wrong, ...wrongBelow(schema, item, path)];
  };

  const wrongBelow = (schema: Schema, item: unknown, path: string): string[] => {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (Array.isArray(item)) {
      const { items } = schema;
      return isRecord(items) ? item.flatMap((one, index) => wrongAt(items, one, at(String(index)))) : [];
    }
    if (!isRecord(item)) return [];
    const properties = isRecord(schema.properties) ? schema.properties : {};
    const { required, additionalProperties: others } = schema;
    const missing = Array.isArray(required) ? required.map(String).filter(key => !(key in item)) : [];
    const below = Object.entries(item).flatMap(([key, one]) => {
      const property = Object.hasOwn(properties, key) ? properties[key] : others;
      if (property === false) return [at(key)];
      return isRecord(property) ? wrongAt(property, one, at(key)) : [];
    });
    return [...missing.map(at), ...below];
  };

  const definition = (reference: string): Schema => {
    const name = reference.replace('#/$defs/', '');
    const found = isRecord(root.$defs) ? root.$defs[name] : undefined;
    if (!isRecord(found)) throw new Error(`${reference} is not there`);
    return found;
  };

  return [...new Set(wrongAt(root, value, ''))];
}

/** The deepest place of those that are wrong tells which shape was meant. */
function depth(places: readonly string[]): number {
  return Math.max(...places.map(place => place.split('.').length));
}

function fits(schema: Schema, value: unknown): boolean {
  const { type, pattern, minLength, maxLength, minimum, maximum } = schema;
  if (type !== undefined && ![type].flat().some(one => hasType(one, value))) return false;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if ('const' in schema && schema.const !== value) return false;
  if (typeof value === 'string') {
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
    return value.length >= Number(minLength ?? 0) && value.length <= Number(maxLength ?? Infinity);
  }
  if (typeof value === 'number') {
    return value >= Number(minimum ?? -Infinity) && value <= Number(maximum ?? Infinity);
  }
  return true;
}

function hasType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
