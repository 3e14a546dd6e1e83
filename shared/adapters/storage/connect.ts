import { randomUUID } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';
import type { ObjectStore } from '../../ports/store.ts';
import type { Clock } from '../../time.ts';
import { keepAliveAgents } from '../google-client.ts';
import { type GoogleLogin, googleLogin } from '../google-token.ts';
import { JsonApi } from './json-api.ts';
import { GoogleObjectStore } from './store.ts';

/** How to reach a bucket. */
export interface StoreOptions {
  bucket: string;
  retryDeps: { clock: Clock; random: () => number };
  /** Another server than Google's, without credentials; `host:port` means http. Default: STORAGE_EMULATOR_HOST. */
  emulatorHost?: string | undefined;
  /** Default: a login of its own. Not used when there is an emulator. */
  login?: GoogleLogin;
  /** Milliseconds that one request (and 2,000 more for each MiB it sends), or a pause within a download, may take. Default 10,000. */
  timeoutMs?: number;
}

/**
 * connectStore makes the ObjectStore of a bucket in Cloud Storage, with the application default credentials. Nothing
 * is sent before the first call.
 */
export function connectStore(options: StoreOptions): ObjectStore {
  const { bucket, retryDeps } = options;
  return new GoogleObjectStore({ api: connectJsonApi(options), bucket, ...retryDeps, newId: randomUUID });
}

/** connectJsonApi gives the calls themselves, for what is no object. Nothing is sent before the first one. */
export function connectJsonApi(options: StoreOptions): JsonApi {
  const { bucket, retryDeps, login = googleLogin() } = options;
  const { emulatorHost = process.env.STORAGE_EMULATOR_HOST } = options;
  const storage = emulatorHost ? emulatorClient(emulatorHost) : new Storage({ authClient: login.auth });
  return new JsonApi({
    storage,
    bucket,
    agent: keepAliveAgents(),
    clock: retryDeps.clock,
    timeoutMs: options.timeoutMs ?? 10_000,
  });
}

/** The library takes a host without a scheme for https; an emulator has no certificate. */
function emulatorClient(host: string): Storage {
  const apiEndpoint = /^https?:\/\//.test(host) ? host : `http://${host}`;
  return new Storage({ apiEndpoint, authClient: new GoogleAuth({ authClient: new PassThroughClient() }) });
}
