import type https from 'node:https';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { TaskpodError } from '../../errors.ts';

/** Where an API server is and how to speak to it. */
export interface ClusterConnection {
  /** `https://host[:port]`, without a slash at its end. */
  server: string;
  tls: {
    ca?: string | Buffer;
    cert?: string | Buffer;
    key?: string | Buffer;
    servername?: string;
    rejectUnauthorized?: boolean;
  };
  /** Headers of one request, asked for anew each time, because a token lives for an hour. */
  headers: () => Promise<Record<string, string>>;
  /** The API server has answered 401 to these headers: the next ones are made anew. */
  forgetHeaders?: () => void;
  /** Where the API server is now: asked for when it cannot be reached, or answers 401, where it was. */
  find?: (signal: AbortSignal) => Promise<ClusterConnection>;
}

/**
 * kubeconfigConnection takes a context of KUBECONFIG (or the default file), or of `files` (as in that variable), by default its current one, exec plugins and
 * auth providers included. Throws `invalid_configuration` when there is no such context, or no cluster in it.
 */
export async function kubeconfigConnection(context?: string, files?: string): Promise<ClusterConnection> {
  const kubeConfig = new KubeConfig();
  try {
    if (files === undefined) kubeConfig.loadFromDefault();
    else loadFiles(kubeConfig, files);
  } catch (error) {
    throw new TaskpodError('invalid_configuration', 'the kubeconfig cannot be read', {
      cause: error,
      action: 'Set KUBECONFIG to a readable kubeconfig file.',
    });
  }
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  const cluster = kubeConfig.getCurrentCluster();
  if (!cluster) throw noCluster(kubeConfig, context);
  const first = await applied(kubeConfig);
  const user = kubeConfig.getCurrentUser();
  const isStatic = !user?.exec && !user?.authProvider;
  return {
    server: cluster.server.replace(/\/+$/, ''),
    tls: first.tls,
    headers: async () => (isStatic ? first.headers : (await applied(kubeConfig)).headers),
    find: () => kubeconfigConnection(context),
  };
}

/** As the client itself does with KUBECONFIG: the last file's current context is that of all. */
function loadFiles(kubeConfig: KubeConfig, files: string): void {
  const [first = '', ...others] = files.split(delimiter).filter(file => file !== '');
  kubeConfig.loadFromFile(first);
  for (const file of others) {
    const other = new KubeConfig();
    other.loadFromFile(file);
    kubeConfig.mergeConfig(other);
  }
}

function noCluster(kubeConfig: KubeConfig, context: string | undefined): TaskpodError {
  if (context === undefined) {
    return new TaskpodError('invalid_configuration', 'the kubeconfig has no current context with a cluster', {
      action: 'Choose one: kubectl config use-context NAME.',
    });
  }
  const names = kubeConfig.getContexts().map(({ name }) => name);
  return new TaskpodError(
    'invalid_configuration',
    `the kubeconfig has no context "${context}" with a cluster`,
    { action: `Set KUBECONFIG to one that has it; this one has: ${names.join(', ') || 'none'}.` },
  );
}

async function applied(
  kubeConfig: KubeConfig,
): Promise<Pick<ClusterConnection, 'tls'> & { headers: Record<string, string> }> {
  const options: https.RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const tls: ClusterConnection['tls'] = {};
  const { ca, cert, key } = options;
  if (typeof ca === 'string' || Buffer.isBuffer(ca)) tls.ca = ca;
  if (typeof cert === 'string' || Buffer.isBuffer(cert)) tls.cert = cert;
  if (typeof key === 'string' || Buffer.isBuffer(key)) tls.key = key;
  if (options.servername !== undefined) tls.servername = options.servername;
  if (options.rejectUnauthorized !== undefined) tls.rejectUnauthorized = options.rejectUnauthorized;
  return { headers, tls };
}

/** Less than a call may take: the client has to notice by itself that no answer begins. */
const longestSilenceMs = 20_000;

/**
 * kubernetesAgent makes the one connection pool of a cluster. HTTP/2, so that many followed logs share a connection;
 * no body time-out, because a quiet container is not a dead connection (the callers have their own stall checks). When no answer begins
 * within `headersTimeoutMs`, the connection is asked for a sign of life, and left when none comes within as long again: one that
 * has died without being closed would otherwise be kept until TCP gives it up, a quarter of an hour later.
 */
export function kubernetesAgent(
  connection: ClusterConnection,
  headersTimeoutMs = longestSilenceMs,
): Dispatcher {
  return new Agent({
    allowH2: true,
    connect: { ...connection.tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 },
    headersTimeout: headersTimeoutMs,
    bodyTimeout: 0,
  });
}
