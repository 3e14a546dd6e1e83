import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Difference } from './configuration.ts';

type Json = Record<string, unknown>;

const list = z.array(z.record(z.string(), z.unknown())).default([]);
const pod = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.unknown()).default({}),
    annotations: z.record(z.string(), z.unknown()).default({}),
  }),
  spec: z.looseObject({
    containers: z.array(z.looseObject({ volumeMounts: list.optional() })),
    initContainers: list,
    volumes: list,
  }),
});
export type ComparedPod = z.output<typeof pod>;

/** What a rule needs besides the Pods. */
export interface RuleContext {
  task: Json;
  /** The deployment's, of a task that sets none. */
  activeDeadlineSeconds: number;
}

/** Makes one allowed difference equal in both Pods, and nothing else. Throws when it is not what docs/pod.md tells. */
type Rule = (kpo: ComparedPod, ours: ComparedPod, context: RuleContext) => void;

const hashLength = 12;
const suffixLength = 8;

/** The differences that docs/pod.md allows, by the row or the section that tells them. */
export const rules: Record<string, Rule> = {
  'empty lists and objects': (kpo, ours) => {
    for (const { spec, metadata } of [kpo, ours]) {
      dropEmpty(metadata, ['labels', 'annotations']);
      dropEmpty(spec, [
        'affinity',
        'hostAliases',
        'imagePullSecrets',
        'initContainers',
        'nodeSelector',
        'securityContext',
        'tolerations',
        'volumes',
      ]);
      for (const container of spec.containers.slice(0, 1)) {
        dropEmpty(container, ['args', 'command', 'env', 'envFrom', 'ports', 'resources', 'securityContext']);
        dropEmpty(container, ['volumeMounts']);
      }
    }
    // The operator sends its default, which is Kubernetes' too.
    if (kpo.spec.hostNetwork === false && ours.spec.hostNetwork === undefined) delete kpo.spec.hostNetwork;
  },
  termination_message_policy: (kpo, ours, { task }) => {
    const [container] = kpo.spec.containers;
    if (task.termination_message_policy !== undefined || container === undefined) return;
    check(container.terminationMessagePolicy === 'File', 'the operator sends File');
    if (ours.spec.containers[0]?.terminationMessagePolicy === undefined) {
      delete container.terminationMessagePolicy;
    }
  },
  random_name_suffix: (kpo, ours, { task }) => {
    const suffix = task.random_name_suffix === false ? 0 : suffixLength + 1;
    const theirs = kpo.metadata.name.slice(0, kpo.metadata.name.length - suffix).toLowerCase();
    const mine = ours.metadata.name.slice(0, -hashLength - 1);
    check(/-[a-z2-7]{12}$/.test(ours.metadata.name), 'a hash follows');
    check(ours.metadata.name.length <= 63, 'at most 63 characters');
    const readable = theirs.replace(/[^a-z0-9-]+/g, '-').slice(0, 63 - hashLength - 1);
    check(mine === readable.replace(/^-+|-+$/g, ''), `${mine} begins as ${theirs}`);
    kpo.metadata.name = ours.metadata.name;
  },
  activeDeadlineSeconds: (kpo, ours, { activeDeadlineSeconds }) => {
    if (kpo.spec.activeDeadlineSeconds !== undefined) return;
    check(ours.spec.activeDeadlineSeconds === activeDeadlineSeconds, "the deployment's deadline");
    delete ours.spec.activeDeadlineSeconds;
  },
  'XCom sidecar': (kpo, ours, { task }) => {
    if (task.do_xcom_push !== true) return;
    const name = 'airflow-xcom-sidecar';
    check(kpo.spec.containers.pop()?.name === name, 'the operator adds a main container');
    const sidecar = ours.spec.initContainers.pop();
    check(sidecar?.name === name && sidecar.restartPolicy === 'Always', 'a native sidecar is the last');
    const given = task.xcom_sidecar_container_security_context;
    check(given === undefined || isDeepStrictEqual(sidecar?.securityContext, given), 'its security context');
    const volume = ours.spec.volumes.find(({ name }) => name === 'xcom');
    check(volume !== undefined && 'emptyDir' in volume, 'the volume is an emptyDir');
    if (volume !== undefined) volume.emptyDir = {};
  },
  "a Secret's volume": (kpo, _ours, { task }) => {
    const secrets = list.parse(task.secrets);
    const places = secrets.flatMap(({ deploy_type }, index) => (deploy_type === 'volume' ? [index] : []));
    for (const named of [...kpo.spec.volumes, ...(kpo.spec.containers[0]?.volumeMounts ?? [])]) {
      const place = /^secretvol-(\d+)$/.exec(String(named.name))?.[1];
      if (place !== undefined) named.name = `secretvol${places[Number(place)]}`;
    }
  },
  'airflow_version, airflow_kpo_in_cluster': kpo => {
    check(kpo.metadata.labels.airflow_version !== undefined, 'airflow_version is set');
    check(kpo.metadata.labels.airflow_kpo_in_cluster === 'True', 'airflow_kpo_in_cluster is set');
    delete kpo.metadata.labels.airflow_version;
    delete kpo.metadata.labels.airflow_kpo_in_cluster;
  },
  Labels: (_kpo, ours) => {
    const { labels } = ours.metadata;
    check(labels['app.kubernetes.io/managed-by'] === 'taskpod', 'managed-by is set');
    check(labels['taskpod.dev/scope'] === 'lab-0', 'the scope is set');
    delete labels['app.kubernetes.io/managed-by'];
    delete labels['taskpod.dev/scope'];
  },
  Annotations: (kpo, ours) => {
    const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
    const { annotations } = ours.metadata;
    check(typeof annotations['taskpod.dev/run'] === 'string', 'the run is told');
    delete annotations['taskpod.dev/run'];
    if (kpo.metadata.annotations[safeToEvict] !== undefined) return;
    check(annotations[safeToEvict] === 'false', 'the autoscaler is kept off');
    delete annotations[safeToEvict];
  },
};

/** alike gives both Pods after every rule, in which any other difference still stands. */
export function alike(
  kpoPod: unknown,
  ourPod: unknown,
  differs: readonly Difference[],
  context: RuleContext,
): { kpo: ComparedPod; ours: ComparedPod } {
  const kpo = pod.parse(structuredClone(kpoPod));
  const ours = pod.parse(structuredClone(ourPod));
  const named = Object.entries(rules);
  for (const [, rule] of named.filter(([name]) => name !== 'empty lists and objects'))
    rule(kpo, ours, context);
  for (const { path, kpo: theirs, taskpod } of differs) replace(kpo, path, theirs, taskpod);
  rules['empty lists and objects']?.(kpo, ours, context);
  return { kpo, ours };
}

function replace(root: Json, path: Difference['path'], from: unknown, to: unknown): void {
  const place = path.slice(0, -1).reduce<unknown>((value, key) => Object(value)[key], root);
  const holder = z.record(z.string(), z.unknown()).parse(place);
  const key = String(path.at(-1));
  check(isDeepStrictEqual(holder[key], from), `${path.join('.')} is what the operator makes of it`);
  const target: Json = Object(place);
  if (to === null) delete target[key];
  else target[key] = to;
}

function dropEmpty(holder: Json, keys: readonly string[]): void {
  for (const key of keys) {
    const value = holder[key];
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) delete holder[key];
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}
