import type { TaskSecret } from '../../../../shared/task/schema/storage.ts';
import { listOf, objectOf, type Sourced, whole } from '../sourced.ts';

/**
 * secretLayer makes the layer of a task's `secrets`, which belong to the main container: a key as a variable, all keys as
 * variables, or a volume that is mounted read-only. The volume is named by the secret's place in the list.
 * Source: airflow.providers.cncf.kubernetes.secret.Secret.attach_to_pod.
 */
export function secretLayer(secrets: readonly TaskSecret[]): Sourced {
  const placed = secrets.map((secret, index) => ({ ...secret, index, at: `secrets.${index}` }));
  const inEnvironment = placed.filter(secret => secret.deploy_type === 'env');
  const volumes = placed.filter(secret => secret.deploy_type === 'volume');
  const container = objectOf('', {
    env: listOf('', inEnvironment.filter(({ key }) => key !== undefined).map(variable)),
    envFrom: listOf('', inEnvironment.filter(({ key }) => key === undefined).map(variables)),
    volumeMounts: listOf('', volumes.map(mount)),
  });
  return objectOf('', {
    spec: objectOf('', { containers: listOf('', [container]), volumes: listOf('', volumes.map(volume)) }),
  });
}

/** A secret with its place. */
type Placed = TaskSecret & { index: number; at: string };

function variable({ at, deploy_target, secret, key }: Placed): Sourced {
  const secretKeyRef = objectOf(at, { name: whole(`${at}.secret`, secret), key: whole(`${at}.key`, key) });
  return objectOf(at, {
    name: whole(`${at}.deploy_target`, deploy_target),
    valueFrom: objectOf(at, { secretKeyRef }),
  });
}

function variables({ at, secret }: Placed): Sourced {
  return objectOf(at, { secretRef: objectOf(at, { name: whole(`${at}.secret`, secret) }) });
}

function volume({ at, index, secret, items }: Placed): Sourced {
  const source = { secretName: whole(`${at}.secret`, secret), items: whole(`${at}.items`, items) };
  return objectOf(at, { name: whole(at, volumeName(index)), secret: objectOf(at, source) });
}

function mount({ at, index, deploy_target }: Placed): Sourced {
  return objectOf(at, {
    name: whole(at, volumeName(index)),
    mountPath: whole(`${at}.deploy_target`, deploy_target),
    readOnly: whole('', true),
  });
}

function volumeName(index: number): string {
  return `secretvol${index}`;
}
