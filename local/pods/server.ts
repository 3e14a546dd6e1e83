import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { errorMessage } from '../../shared/errors.ts';
import { systemClock } from '../../shared/time.ts';
import { configColumns, eventColumns, podColumns } from './api/columns.ts';
import { serveApi } from './api/http-server.ts';
import { PodService } from './api/pod-service.ts';
import { ResourceStore, VersionCounter } from './api/resource-store.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type ConfigObject, ConfigSources } from './kubelet/config-sources.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import { systemNowNs } from './kubelet/log-format.ts';
import { type EventObject, PodEvents } from './kubelet/pod-events.ts';
import { removeFolder } from './kubelet/remove-folder.ts';
import type { EmulatedPod } from './pod.ts';
import { chooseRunner, type Isolation } from './process/choose-runner.ts';
import { Reaper } from './process/reaper.ts';

/** How the emulator is started. */
export interface PodEmulatorOptions {
  /** 0 takes any free port. */
  port: number;
  /** Holds everything the emulator writes; made when it is not there. One emulator at a time. */
  folder: string;
  /** Gets a line for each refused or failed call. Default: nobody. */
  log?: (line: string) => void;
  /** Default: namespaces where they work here, else plain processes. */
  isolation?: Isolation;
  /** How many changes of each kind a watch can go back. Default 1,000. */
  historySize?: number;
}

/** A Pod emulator that runs. */
export interface PodEmulator {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  kubeconfigPath: string;
  /** What a person should know of how Pods run here. */
  notice: string | undefined;
  /** Ends every container and connection, and deletes logs and volumes. */
  close(): Promise<void>;
}

/**
 * startPodEmulator serves the Pods part of the Kubernetes API on 127.0.0.1 and runs each container as a process of this
 * machine. Everything it runs ends with {@link PodEmulator.close}, and when this process dies.
 */
export async function startPodEmulator(options: PodEmulatorOptions): Promise<PodEmulator> {
  const folder = path.resolve(options.folder);
  const log = options.log ?? (() => {});
  const podsFolder = path.join(folder, 'pods');
  await mkdir(folder, { recursive: true });
  await removeFolder(podsFolder);
  await mkdir(podsFolder, { mode: 0o700 });

  const now = systemClock.now;
  const versions = new VersionCounter(Math.floor(now() / 1_000));
  const storeOf = <T extends { metadata: EmulatedPod['metadata'] }>(resource: string): ResourceStore<T> =>
    new ResourceStore<T>(resource, versions, options.historySize ?? 1_000);
  const pods = storeOf<EmulatedPod>('pods');
  const secrets = storeOf<ConfigObject>('secrets');
  const configMaps = storeOf<ConfigObject>('configmaps');
  const events = storeOf<EventObject>('events');

  const reaper = new Reaper();
  const runner = await chooseRunner(folder, reaper, options.isolation);
  const node = {
    name: 'taskpod-local',
    size: { cpu: availableParallelism(), memoryBytes: totalmem() },
    clock: systemClock,
    nowNs: systemNowNs(),
    runner,
    sources: new ConfigSources(secrets, configMaps),
    events: new PodEvents(events, now),
  };
  const kubelet = new Kubelet(node, pods, podsFolder);
  const service = new PodService(pods, kubelet, now, error => log(errorMessage(error)));
  const common = ['metadata.name', 'metadata.namespace'];
  const api = {
    pods: {
      kind: 'Pod',
      store: pods,
      selectableFields: [...common, 'spec.nodeName', 'spec.restartPolicy', 'status.phase', 'status.podIP'],
      columns: podColumns(now),
    },
    secrets: {
      kind: 'Secret',
      store: secrets,
      selectableFields: [...common, 'type'],
      columns: configColumns(now, true),
    },
    configMaps: {
      kind: 'ConfigMap',
      store: configMaps,
      selectableFields: common,
      columns: configColumns(now, false),
    },
    events: {
      kind: 'Event',
      store: events,
      selectableFields: [
        ...common,
        ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'fieldPath'].map(
          field => `involvedObject.${field}`,
        ),
        ...['reason', 'type', 'source'],
      ],
      columns: eventColumns(now),
    },
    service,
    kubelet,
    now,
  };
  const server = await serveApi(api, options.port, log);
  const url = `http://127.0.0.1:${server.port}`;
  const kubeconfigPath = path.join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, writeKubeconfig(url), { mode: 0o600 });
  return {
    url,
    kubeconfigPath,
    notice: runner.notice,
    close: async () => {
      await server.close();
      reaper.close();
      await kubelet.close();
      await removeFolder(podsFolder);
    },
  };
}
