import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Kubelet } from '../kubelet/kubelet.ts';
import { qosClass } from '../kubelet/pod-status.ts';
import { wholeSecond } from '../kubelet/whole-second.ts';
import { type Container, type EmulatedPod, type PodManifest, podManifestSchema } from '../pod.ts';
import { podProblems } from './pod-validation.ts';
import type { ResourceStore } from './resource-store.ts';
import { badRequest, conflict, invalid } from './status.ts';
import { unknownPodFields } from './unknown-fields.ts';

/** How an object is to be deleted. */
export interface DeleteOptions {
  gracePeriodSeconds?: number | undefined;
  preconditions?: { uid?: string | undefined; resourceVersion?: string | undefined } | undefined;
}

const deleteOptions = z.looseObject({
  gracePeriodSeconds: z.number().int().nonnegative().optional(),
  preconditions: z
    .looseObject({ uid: z.string().optional(), resourceVersion: z.string().optional() })
    .optional(),
});

/** readDeleteOptions reads the body and the query of a DELETE; throws a 400. */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const parsed = deleteOptions.safeParse(body ?? {});
  if (!parsed.success) throw badRequest(`DeleteOptions: ${z.prettifyError(parsed.error)}`);
  const fromQuery = query.get('gracePeriodSeconds');
  return fromQuery === null ? parsed.data : { ...parsed.data, gracePeriodSeconds: Number(fromQuery) || 0 };
}

/** checkPreconditions throws a 409 when the object is not the one that is meant. */
export function checkPreconditions(
  kind: string,
  metadata: { name: string; uid: string; resourceVersion: string },
  { preconditions = {} }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(kind, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(kind, metadata.name, why);
  }
}

/** Creates and deletes Pods as the API server does, and has the kubelet run and end them. */
export class PodService {
  readonly #pods: ResourceStore<EmulatedPod>;
  readonly #kubelet: Kubelet;
  readonly #now: () => number;
  readonly #report: (problem: unknown) => void;

  /** `report` gets what goes wrong in the background. */
  constructor(
    pods: ResourceStore<EmulatedPod>,
    kubelet: Kubelet,
    now: () => number,
    report: (problem: unknown) => void,
  ) {
    this.#pods = pods;
    this.#kubelet = kubelet;
    this.#now = now;
    this.#report = report;
  }

  /**
   * Stores a Pod and starts it; throws a 400, 409 or 422. `dryRun` only checks; `strict` refuses unknown fields, which
   * are kept otherwise.
   */
  create(namespace: string, body: unknown, options: { dryRun: boolean; strict: boolean }): EmulatedPod {
    const manifest = readManifest(body, namespace, options.strict);
    const causes = podProblems(manifest);
    if (causes.length > 0) throw invalid('Pod', manifest.metadata.name, causes);
    const pod = newPod(manifest, namespace, wholeSecond(this.#now()));
    if (options.dryRun) return pod;
    const stored = this.#pods.add(pod);
    this.#kubelet.add(stored).catch(this.#report);
    return stored;
  }

  /** Deletes a Pod: at once when it has ended or no grace is given, else when its containers have ended. */
  delete(namespace: string, name: string, options: DeleteOptions): EmulatedPod {
    const pod = this.#pods.get(namespace, name);
    checkPreconditions('Pod', pod.metadata, options);
    const hasEnded = ['Succeeded', 'Failed'].includes(pod.status.phase);
    const grace = hasEnded ? 0 : (options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds);
    if (grace === 0) {
      const last = this.#pods.remove(namespace, name);
      void this.#kubelet.end(pod, 0);
      this.#kubelet.forget(pod).catch(this.#report);
      return last;
    }
    const known = pod.metadata.deletionGracePeriodSeconds;
    if (known !== undefined && known <= grace) return pod;
    const deleting = this.#pods.change(namespace, name, current => ({
      ...current,
      metadata: {
        ...current.metadata,
        deletionTimestamp: wholeSecond(this.#now() + grace * 1_000),
        deletionGracePeriodSeconds: grace,
      },
    }));
    const ended = this.#kubelet.end(deleting, grace);
    if (known === undefined) ended.then(() => this.#vanish(deleting)).catch(this.#report);
    return deleting;
  }

  async #vanish(pod: EmulatedPod): Promise<void> {
    const { namespace, name, uid } = pod.metadata;
    if (this.#pods.find(namespace, name)?.metadata.uid === uid) this.#pods.remove(namespace, name);
    await this.#kubelet.forget(pod);
  }
}

function readManifest(body: unknown, namespace: string, strict: boolean): PodManifest {
  const parsed = podManifestSchema.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
    throw badRequest(`Pod in version "v1" cannot be handled as a Pod: ${problems.join('; ')}`);
  }
  const manifest = parsed.data;
  const unknown = strict ? unknownPodFields(body) : [];
  if (unknown.length > 0) {
    const list = unknown.map(path => `unknown field "${path}"`).join(', ');
    throw badRequest(`Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${list}`);
  }
  if (manifest.metadata.namespace !== undefined && manifest.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { name, generateName } = manifest.metadata;
  if (name !== '' || generateName === undefined) return manifest;
  const generated = `${generateName}${randomBytes(3).toString('hex').slice(0, 5)}`;
  return { ...manifest, metadata: { ...manifest.metadata, name: generated } };
}

function newPod(manifest: PodManifest, namespace: string, now: string): EmulatedPod {
  const { spec } = manifest;
  const { nodeName: _, ...rest } = spec;
  return {
    metadata: {
      ...manifest.metadata,
      namespace,
      uid: randomUUID(),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: now,
    },
    spec: {
      ...rest,
      containers: spec.containers.map(withPullPolicy),
      initContainers: spec.initContainers.map(withPullPolicy),
    },
    status: { phase: 'Pending', qosClass: qosClass(spec) },
  };
}

function withPullPolicy(container: Container): Container {
  const tag = /:([^/@]+)$/.exec(container.image)?.[1] ?? 'latest';
  const isPinned = container.image.includes('@') || tag !== 'latest';
  return { imagePullPolicy: isPinned ? 'IfNotPresent' : 'Always', ...container };
}
