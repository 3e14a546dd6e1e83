import type { Problem } from '../errors.ts';
import { pathPart } from './json.ts';

/** An error as the precompiled validators of Kubernetes' types report it (ajv). */
export interface SchemaError {
  /** JSON pointer. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

const types: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

/** schemaProblems makes one problem of each place's errors, with words for a person and never the value itself. */
export function schemaProblems(errors: readonly SchemaError[]): Problem[] {
  const missing = errors
    .filter(error => error.keyword === 'required')
    .map(error => ({
      path: [...pointerParts(error.instancePath), String(error.params.missingProperty)].join('.'),
      message: 'is required',
    }));
  const byPlace = Map.groupBy(
    errors.filter(error => error.keyword !== 'required'),
    error => error.instancePath,
  );
  const wrong = [...byPlace].map(([place, found]) => ({
    path: pointerParts(place).join('.'),
    message: messageOf(found),
  }));
  return [...missing, ...wrong];
}

function messageOf(errors: readonly SchemaError[]): string {
  const formats = errors.map(error => error.params.format);
  if (formats.includes('quantity')) return 'must be a quantity such as 500m, 2 or 10Gi';
  const allowed = errors.flatMap(error => error.params.allowedValues ?? []);
  if (allowed.length > 0) return `must be one of: ${allowed.join(', ')}`;
  const wanted = errors.flatMap(error => types[String(error.params.type)] ?? []);
  if (wanted.includes('a number') && wanted.includes('a string')) {
    return 'must be a quantity such as 500m, 2 or 10Gi';
  }
  if (wanted.length > 0) return `must be ${[...new Set(wanted)].join(' or ')}`;
  return formats.length > 0
    ? `must be a whole number of ${String(formats[0]).replace('int', '')} bits`
    : 'is not valid';
}

function pointerParts(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => pathPart(part.replaceAll('~1', '/').replaceAll('~0', '~')));
}
