import { connectionObject, maxObjectNameBytes, variableObject } from './object-names.ts';

/** Longest key of a variable and longest id of a connection, in characters, as in Airflow. */
const maxNameLength = 250;

/** Largest variable, and largest connection, in bytes of UTF-8. */
export const maxConfigBytes = 1_048_576;

/** variableKeyProblem says what is wrong with the key of a variable, as the end of a sentence; undefined when nothing is. */
export function variableKeyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (/\p{Cc}/u.test(key)) return 'holds a control character';
  return nameProblem(key, variableObject);
}

/**
 * connectionIdProblem says what is wrong with the id of a connection, as the end of a sentence; undefined when nothing is.
 * Airflow's rule: letters, digits and `_ # ! ( ) - . : / \`, at most 250.
 */
export function connectionIdProblem(id: string): string | undefined {
  if (!/^[\p{L}\p{N}_#!()\-.:/\\]+$/u.test(id))
    return 'must be letters, digits, and any of _ # ! ( ) - . : / \\';
  return nameProblem(id, connectionObject);
}

function nameProblem(name: string, objectName: (name: string) => string): string | undefined {
  if ([...name].length > maxNameLength) return `has more than ${maxNameLength} characters`;
  if (name === '.' || name === '..') return 'cannot be . or ..';
  if (!name.isWellFormed()) return 'is not Unicode text';
  if (Buffer.byteLength(objectName(name)) > maxObjectNameBytes)
    return `is longer than ${maxObjectNameBytes} bytes as the name of an object`;
  return undefined;
}
