import { Agent, type Dispatcher } from 'undici';
import { kubeconfigConnection } from '../../../shared/adapters/kubernetes/connection.ts';
import { emails, gkeCluster } from '../../cluster/support/gke-deployment.ts';
import type { Identities } from '../../cluster/support/identities.ts';
import { AccessTokens } from '../../google/access-tokens.ts';
import { ApiFront } from '../../google/api-front.ts';
import { selfSigned } from '../../google/certificate.ts';
import { GoogleServer } from '../../google/google-server.ts';
import { containerService, metadataService } from '../../google/services.ts';
import { FaultProxy } from '../../proxy/fault-proxy.ts';
import type { ServiceName } from '../schedule/actions.ts';
import { requestKind } from './request-kind.ts';

/**
 * A function's way to Kubernetes: a local Google that issues tokens, a front that knows them as GKE does, and behind it a proxy
 * that misbehaves.
 */
export class KubernetesWay {
  readonly tokens: AccessTokens;
  readonly proxy: FaultProxy;
  readonly #google: GoogleServer;
  readonly #front: ApiFront;
  readonly #dispatcher: Dispatcher;

  private constructor(parts: {
    tokens: AccessTokens;
    proxy: FaultProxy;
    google: GoogleServer;
    front: ApiFront;
    dispatcher: Dispatcher;
  }) {
    this.tokens = parts.tokens;
    this.proxy = parts.proxy;
    this.#google = parts.google;
    this.#front = parts.front;
    this.#dispatcher = parts.dispatcher;
  }

  static async start(service: ServiceName, identities: Identities): Promise<KubernetesWay> {
    const { server, tls } = await kubeconfigConnection();
    // Not the administrator's certificate: who asks is who its token says.
    const { cert, key, ...trust } = tls;
    // HTTP/1.1: a connection for each request, so that one stream that nobody reads can hold up no other.
    const dispatcher = new Agent({ allowH2: false, connect: trust, headersTimeout: 30_000, bodyTimeout: 0 });
    const kindOf = (...request: [string, string, Buffer]) => requestKind('kubernetes', ...request);
    const proxy = await FaultProxy.start({ target: server, dispatcher, kindOf });
    const tokens = new AccessTokens();
    const certificate = selfSigned('cluster');
    const front = await ApiFront.start({
      target: { server: proxy.url, ca: '' },
      tokens,
      tokenOf: () => identities[service].token,
      certificate,
    });
    const resource = {
      endpoint: front.address,
      masterAuth: { clusterCaCertificate: Buffer.from(certificate.cert).toString('base64') },
    };
    const google = await GoogleServer.start(
      metadataService(emails[service], tokens),
      containerService(new Map([[gkeCluster, resource]]), tokens),
    );
    return new KubernetesWay({ tokens, proxy, google, front, dispatcher });
  }

  /** What a function's process needs to go this way. */
  env(): Record<string, string> {
    return {
      KUBECONFIG: '',
      METADATA_SERVER_DETECTION: 'assume-present',
      GCE_METADATA_HOST: this.#google.host,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: this.#google.url,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#front.stop(), this.#google.stop(), this.proxy.stop()]);
    await this.#dispatcher.destroy();
  }
}
