import { randomUUID } from 'node:crypto';
import { connectClusters } from '../../shared/adapters/connect-clusters.ts';
import { connectClusterOperations } from '../../shared/adapters/gke/operations.ts';
import { googleEndpoints } from '../../shared/adapters/google-endpoints.ts';
import { googleLogin } from '../../shared/adapters/google-token.ts';
import { guardedFunction } from '../../shared/adapters/guarded-function.ts';
import type { HttpFunction } from '../../shared/adapters/http-function.ts';
import { groupedPublisher } from '../../shared/adapters/pubsub/grouped-publisher.ts';
import { connectRestPublisher } from '../../shared/adapters/pubsub/rest-publisher.ts';
import { pushGate } from '../../shared/adapters/push-gate.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { type Env, parseConfig } from '../../shared/config.ts';
import { systemClock } from '../../shared/time.ts';
import { jsonWorkLog } from '../../shared/work-log.ts';
import type { FunctionDeps } from './deps.ts';
import { handleWatch } from './handler.ts';
import { TurnsHere } from './turns-here.ts';

/** Milliseconds between two requests to a topic: nothing waits for an event, and many Pods change at a time. */
const publishRestMs = 20;

/** createWatch builds the watch function from the environment; throws `invalid_configuration` with all that is wrong. */
export async function createWatch(env: Env): Promise<HttpFunction> {
  const config = parseConfig(env);
  const { bucket } = config;
  const retryDeps = { clock: systemClock, random: Math.random };
  const login = googleLogin();
  const { token } = login;
  const endpoints = googleEndpoints(env);
  const deps: FunctionDeps = {
    store: connectStore({ bucket, retryDeps, login, emulatorHost: env.STORAGE_EMULATOR_HOST }),
    publisher: groupedPublisher(
      connectRestPublisher({ retryDeps, token, emulatorHost: env.PUBSUB_EMULATOR_HOST }),
      publishRestMs,
    ),
    podsOf: connectClusters(config, 'taskpod-watch', { ...retryDeps, login, endpoints }).podsOf,
    operations: connectClusterOperations({ ...retryDeps, token, baseUrl: endpoints.container }),
    ...retryDeps,
    newId: randomUUID,
    turnsHere: new TurnsHere(),
    log: jsonWorkLog(line => process.stdout.write(line)),
    settings: config,
  };
  return guardedFunction({
    pushAuth: config.pushAuth,
    gate: pushGate(config.pushAuth, systemClock),
    log: deps.log,
    handle: (message, shutdown) => handleWatch(message, deps, shutdown),
  });
}
