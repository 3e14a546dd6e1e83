import type { Problem } from '../errors.ts';
import { catalogue, isTaken } from './catalogue/catalogue.ts';
import type { Parameter } from './catalogue/parameter.ts';
import { closestName } from './did-you-mean.ts';
import { pathPart } from './json.ts';

/** Kubernetes' or docker's word for what KubernetesPodOperator calls otherwise, too far apart for a likeness of letters. */
const otherWords: Record<string, string> = {
  args: 'arguments',
  command: 'cmds',
  env: 'env_vars',
  resources: 'container_resources',
};

const notKnown = 'is not a parameter: remove it (docs/parameters.md lists them)';

/** Keys beyond this number get no hint: nobody reads them, and a hostile task must not cost seconds. */
const maxHints = 100;

/** Where an editor finds schema/task.schema.json; nothing else looks at it. */
const editorKey = '$schema';

/** What is said of the keys of a task: with problems it is refused, with warnings it runs. */
interface KeysRead {
  problems: Problem[];
  warnings: Problem[];
}

/**
 * readKeys finds the keys of a task that are no parameter, or have no effect, and says what is meant or what to do instead. Any
 * parameter of Airflow's may be there with null, which is Airflow's None.
 */
export function readKeys(task: Record<string, unknown>, known: readonly string[]): KeysRead {
  const read: KeysRead = { problems: [], warnings: [] };
  for (const [key, value] of Object.entries(task)) {
    if (key === editorKey) continue;
    const parameter = known.includes(key) ? catalogue.get(key) : refusedOf(key);
    const path = pathPart(key);
    if (parameter !== undefined) {
      const effect = effectOf(parameter, value);
      if (effect === 'error') read.problems.push({ path, message: messageOf(parameter) });
      if (effect === 'warning') read.warnings.push({ path, message: messageOf(parameter) });
    } else if (!known.includes(key)) {
      const message = read.problems.length < maxHints ? unknownKey(key, known) : notKnown;
      read.problems.push({ path, message });
    }
  }
  return read;
}

function refusedOf(key: string): Parameter | undefined {
  const parameter = catalogue.get(key);
  return parameter === undefined || isTaken(parameter) ? undefined : parameter;
}

function effectOf(parameter: Parameter, value: unknown): 'error' | 'warning' | undefined {
  if (value === null) return undefined;
  if (isTaken(parameter)) return parameter.warnsOf.includes(value) ? 'warning' : undefined;
  return parameter.harmless.includes(value) ? undefined : parameter.effect;
}

function messageOf(parameter: Parameter): string {
  if (isTaken(parameter)) return `has no effect. ${parameter.difference}`;
  return `${parameter.effect === 'error' ? 'is not taken' : 'has no effect'}. ${parameter.instead}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = Object.hasOwn(otherWords, key) ? otherWords[key] : closestName(key, known);
  if (meant !== undefined) return `is not a parameter; did you mean "${meant}"?`;
  const other = closestName(
    key,
    [...catalogue.keys()].filter(name => refusedOf(name) !== undefined),
  );
  const parameter = other === undefined ? undefined : refusedOf(other);
  if (parameter !== undefined) return `is not a parameter; "${other}" ${messageOf(parameter)}`;
  return notKnown;
}
