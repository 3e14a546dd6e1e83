import { z } from 'zod';
import { withHint } from './hints.ts';

/** Any text. */
export const string = z.string('must be a string');

/** true or false. */
export const flag = z.boolean('must be true or false');

/** A list of texts. */
export const strings = z.array(string, 'must be a list of strings, such as ["sh", "-c", "date"]');

/** One of a few names. */
export const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, `must be one of: ${names.join(', ')}`);

/** The longest time that a parameter takes, in seconds: a year. */
const maxSeconds = 31_536_000;

/** A whole number of seconds from a least one to a year. */
export const secondsFrom = (least: number) =>
  z
    .int('must be a whole number of seconds')
    .min(least, `must be at least ${least}`)
    .max(maxSeconds, `must be at most ${maxSeconds} (a year)`);

/** A whole number of seconds, at least one. */
export const seconds = secondsFrom(1);

/** A map of strings; Airflow's None is an empty value. */
export const stringMap = z.record(
  z.string(),
  z
    .string('must be a string: put the value in quotes')
    .nullable()
    .transform(value => value ?? ''),
  'must be an object of strings',
);

/** A JSON object of any content. */
export const jsonObject = z.record(z.string(), z.unknown(), 'must be an object');

/** A point in time with its distance from UTC. */
export const time = z.iso.datetime({
  offset: true,
  error: 'must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00',
});

/** A shape that a value may have, and when it has it. */
interface Shape<T> {
  is: (value: unknown) => boolean;
  type: z.ZodType<T>;
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isList = (value: unknown): value is unknown[] => Array.isArray(value);
export const isAny = (): boolean => true;

/**
 * Reads a value that may have several shapes by the first that it has, so that problems are told in that shape's words. The last one
 * must take any value.
 */
export const byShape = <T>(...shapes: readonly Shape<T>[]) =>
  withHint(
    z.unknown().transform((value, context): T => {
      const result = shapes.find(({ is }) => is(value))?.type.safeParse(value);
      if (result?.success) return result.data;
      for (const { path, message } of result?.error.issues ?? []) {
        context.addIssue({ code: 'custom', path, message });
      }
      return z.NEVER;
    }),
    { shapes: shapes.map(({ type }) => type) },
  );
