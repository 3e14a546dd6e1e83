import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { kubeconfigConnection, kubernetesAgent } from '../../../shared/adapters/kubernetes/connection.ts';

const status = z.object({ message: z.string().default('') });

/** One call, as it goes over the wire. */
export interface Question {
  method: Dispatcher.HttpMethod;
  /** With its query. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Asks the API server that KUBECONFIG names as whoever has a token, and as nobody else. */
export class Asker {
  readonly #server: string;
  readonly #agent: Dispatcher;

  private constructor(server: string, agent: Dispatcher) {
    this.#server = server;
    this.#agent = agent;
  }

  static async open(): Promise<Asker> {
    const { server, tls } = await kubeconfigConnection();
    // The administrator's certificate stays out.
    const { cert, key, ...trust } = tls;
    return new Asker(server, kubernetesAgent({ server, tls: trust, headers: async () => ({}) }));
  }

  /** The status code of a call that was let through; of another, which gate refused it. */
  async ask(token: string | undefined, { method, path, body, headers }: Question): Promise<number | string> {
    const answer = await request(this.#server + path, {
      method,
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(30_000),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return answer.statusCode === 403 ? gateOf(text) : answer.statusCode;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** `RBAC`, `Pod Security`, `policy: ` and its message, or the server's words where it is none of these. */
function gateOf(text: string): string {
  const { message } = status.parse(JSON.parse(text));
  const denied = /ValidatingAdmissionPolicy 'taskpod-[^']+' with binding '[^']+' denied request: (.*)$/s.exec(
    message,
  );
  if (denied) return `policy: ${denied[1]}`;
  if (message.includes('violates PodSecurity "baseline')) return 'Pod Security';
  return /User "[^"]*" cannot /.test(message) ? 'RBAC' : message;
}
