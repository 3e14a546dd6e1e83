import { type Container, isSidecar, type PodManifest } from '../pod.ts';
import { labelProblem, labelValueProblem, qualifiedNameProblem, subdomainProblem } from './names.ts';
import type { StatusCause } from './status.ts';

/** podProblems lists everything that the API server would refuse with 422, as far as the emulator relies on it. */
export function podProblems(pod: PodManifest): StatusCause[] {
  const { metadata, spec } = pod;
  const causes: StatusCause[] = [
    ...nameCauses('metadata.name', metadata.name, subdomainProblem),
    ...labelCauses(metadata.labels ?? {}),
    ...keyCauses('metadata.annotations', metadata.annotations ?? {}),
  ];
  if (spec.containers.length === 0) causes.push(required('spec.containers'));
  const volumes = new Set<string>();
  for (const [index, volume] of spec.volumes.entries()) {
    const field = `spec.volumes[${index}].name`;
    causes.push(...nameCauses(field, volume.name, labelProblem));
    if (volumes.has(volume.name)) causes.push(duplicate(field, volume.name));
    volumes.add(volume.name);
  }
  const names = new Set<string>();
  for (const [list, containers] of [
    ['containers', spec.containers],
    ['initContainers', spec.initContainers],
  ] as const) {
    for (const [index, container] of containers.entries()) {
      const field = `spec.${list}[${index}]`;
      causes.push(...containerCauses(field, container, volumes));
      if (names.has(container.name)) causes.push(duplicate(`${field}.name`, container.name));
      names.add(container.name);
      if (container.restartPolicy !== undefined && !isSidecar(container)) {
        causes.push(notSupported(`${field}.restartPolicy`, container.restartPolicy, ['Always']));
      }
    }
  }
  if (!restartPolicies.includes(spec.restartPolicy)) {
    causes.push(notSupported('spec.restartPolicy', spec.restartPolicy, restartPolicies));
  }
  if (spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds < 1) {
    const why = 'must be between 1 and 2147483647, inclusive';
    causes.push(wrong('spec.activeDeadlineSeconds', spec.activeDeadlineSeconds, why));
  }
  if (spec.terminationGracePeriodSeconds < 0) {
    const why = 'must be greater than or equal to 0';
    causes.push(wrong('spec.terminationGracePeriodSeconds', spec.terminationGracePeriodSeconds, why));
  }
  return causes;
}

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

function containerCauses(field: string, container: Container, volumes: ReadonlySet<string>): StatusCause[] {
  const causes = nameCauses(`${field}.name`, container.name, labelProblem);
  if (container.image === '') causes.push(required(`${field}.image`));
  for (const [index, variable] of container.env.entries()) {
    if (variable.name === '') causes.push(required(`${field}.env[${index}].name`));
    else if (variable.name.includes('=')) {
      causes.push(wrong(`${field}.env[${index}].name`, variable.name, "must not contain '='"));
    }
  }
  const paths = new Set<string>();
  for (const [index, mount] of container.volumeMounts.entries()) {
    const at = `${field}.volumeMounts[${index}]`;
    if (mount.name === '') causes.push(required(`${at}.name`));
    else if (!volumes.has(mount.name)) {
      const message = `Not found: ${JSON.stringify(mount.name)}`;
      causes.push({ reason: 'FieldValueNotFound', message, field: `${at}.name` });
    }
    if (mount.mountPath === '') causes.push(required(`${at}.mountPath`));
    else if (paths.has(mount.mountPath)) {
      causes.push(wrong(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    }
    paths.add(mount.mountPath);
    const subPath = mount.subPath ?? '';
    if (subPath.startsWith('/')) causes.push(wrong(`${at}.subPath`, subPath, 'must be a relative path'));
    if (subPath.split('/').includes('..')) {
      causes.push(wrong(`${at}.subPath`, subPath, "must not contain '..'"));
    }
  }
  if (!messagePolicies.includes(container.terminationMessagePolicy)) {
    const policy = container.terminationMessagePolicy;
    causes.push(notSupported(`${field}.terminationMessagePolicy`, policy, messagePolicies));
  }
  return causes;
}

function nameCauses(
  field: string,
  name: string,
  problem: (name: string) => string | undefined,
): StatusCause[] {
  if (name === '') return [required(field)];
  const why = problem(name);
  return why === undefined ? [] : [wrong(field, name, why)];
}

function labelCauses(labels: Record<string, string>): StatusCause[] {
  const values = Object.values(labels).flatMap(value => {
    const why = labelValueProblem(value);
    return why === undefined ? [] : [wrong('metadata.labels', value, why)];
  });
  return [...keyCauses('metadata.labels', labels), ...values];
}

function keyCauses(field: string, map: Record<string, string>): StatusCause[] {
  return Object.keys(map).flatMap(key => {
    const why = qualifiedNameProblem(key);
    return why === undefined ? [] : [wrong(field, key, why)];
  });
}

function required(field: string): StatusCause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

function wrong(field: string, value: string | number, why: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

function duplicate(field: string, value: string): StatusCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

function notSupported(field: string, value: string, supported: readonly string[]): StatusCause {
  const list = supported.map(item => JSON.stringify(item)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
