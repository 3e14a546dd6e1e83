import { pathPart } from '../../../../shared/task/json.ts';

/** How many entries of an allow-list a message tells. */
const maxListed = 5;

/** notAllowed is the message for a value that an allow-list does not have; the list's variable is what a person looks for. */
export function notAllowed(value: string, variable: string, allowed: readonly string[]): string {
  const more = allowed.length - maxListed;
  const listed = [...allowed.slice(0, maxListed), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `"${pathPart(value)}" is not allowed here: ${variable} allows ${listed}. Use one of them or have it added`;
}
