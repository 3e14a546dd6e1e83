import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composePod } from '../../../../functions/launch/compose/compose-pod.ts';
import { kubernetesProblems } from '../../../../shared/task/kubernetes-object.ts';
import { isRecord } from '../../../../shared/task/raw.ts';
import { readFields } from '../../../../shared/task/read-fields.ts';
import { podSettings } from '../make-task.ts';
import { anyLayer, anyParameters } from './any-pod.ts';

const anyTask = fc
  .record({ pod_template_dict: anyLayer, full_pod_spec: anyLayer }, { requiredKeys: [] })
  .chain(layers => anyParameters.map(parameters => ({ ...layers, ...parameters })));

const compose = (given: Record<string, unknown>, template?: unknown) =>
  composePod({ task: readFields(given).fields, given, template, settings: podSettings });

/** The paths of all texts, numbers and flags. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

/** The value at a path; its keys may have dots. */
function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (!isRecord(value) && !Array.isArray(value)) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const found =
      path === key
        ? child
        : path.startsWith(`${key}.`)
          ? valueAt(child, path.slice(key.length + 1))
          : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What Taskpod may add by itself. */
const own =
  /^(metadata\.(namespace|annotations\.cluster-autoscaler)|spec\.(restartPolicy|activeDeadlineSeconds|containers\.0\.(name|volumeMounts\.\d+\.(name|mountPath|readOnly))|volumes\.0\.|initContainers\.\d+\.))/;

/** A name that stands elsewhere in another form: as the key of a map, or as the place in a list of Secrets. */
function isNamed(name: unknown, source: string): boolean {
  const index = /^secrets\.(\d+)$/.exec(source)?.[1];
  return source === `env_vars.${name}` || (index !== undefined && name === `secretvol${index}`);
}

test('every value of the Pod is that at its source', () => {
  fc.assert(
    fc.property(anyTask, given => {
      const { metadata, spec, sourceOf } = compose(given);
      const pod = { metadata, spec };
      const wrong = leaves(pod, '')
        .map(leaf => leaf.slice(1))
        .filter(path => {
          const source = sourceOf(path);
          if (source === '') return !own.test(path);
          const value = valueAt(pod, path);
          return valueAt(given, source) !== value && !isNamed(value, source);
        });
      expect(wrong).toEqual([]);
    }),
  );
});

test('a file and a dict of the same content make the same Pod', () => {
  fc.assert(
    fc.property(anyLayer, anyParameters, (template, parameters) => {
      const [file, dict] = [
        compose(parameters, template),
        compose({ ...parameters, pod_template_dict: template }),
      ];
      expect([file.metadata, file.spec, file.containers]).toEqual([
        dict.metadata,
        dict.spec,
        dict.containers,
      ]);
    }),
  );
});

test('the Pod is one by Kubernetes’ schema, and the same each time', () => {
  fc.assert(
    fc.property(anyTask, given => {
      const { metadata, spec, containers, problems } = compose(given);
      expect(problems).toEqual([]);
      expect(kubernetesProblems('V1Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })).toEqual([]);
      expect(containers.main).toEqual(spec.containers.map(({ name }) => name));
      const again = compose(given);
      expect(JSON.stringify([again.metadata, again.spec])).toBe(JSON.stringify([metadata, spec]));
    }),
  );
});

test('any JSON at all as a file is told of, and never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), template => {
      const pod = compose({ image: 'i' }, template);
      expect(pod.problems.length > 0 || isRecord(template)).toBe(true);
      expect(pod.containers.base).toBe('base');
    }),
  );
});
