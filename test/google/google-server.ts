import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as a service of Google's sees it. */
export interface GoogleRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** The bearer token; undefined without one. */
  bearer: string | undefined;
  body: string;
}

/** An answer; the body is sent as JSON. */
export interface GoogleAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** One service: answers what is its own, and leaves the rest (undefined) to the others. */
export type GoogleService = (request: GoogleRequest) => GoogleAnswer | undefined;

/** What happens to a request instead of an answer. */
export type GoogleFault = GoogleAnswer | 'hang' | 'reset';

/** googleError is an error as Google's REST APIs tell it. https://cloud.google.com/apis/design/errors */
export function googleError(code: number, status: string, message: string, reason?: string): GoogleAnswer {
  const details =
    reason === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }];
  return { status: code, body: { error: { code, message, status, details } } };
}

/** A server on 127.0.0.1 that is several services of Google's at once, and misbehaves as it is told. */
export class GoogleServer {
  /** `METHOD path`, in order of arrival; those that met a fault too. */
  readonly requests: string[] = [];
  readonly #services: GoogleService[];
  readonly #faults: { path: RegExp; fault: GoogleFault; left: number }[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  #host = '';

  private constructor(services: readonly GoogleService[]) {
    this.#services = [...services];
  }

  static async start(...services: GoogleService[]): Promise<GoogleServer> {
    const google = new GoogleServer(services);
    google.#server.listen(0, '127.0.0.1');
    await once(google.#server, 'listening');
    const address = google.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    google.#host = `127.0.0.1:${address.port}`;
    return google;
  }

  /** `127.0.0.1:port`. */
  get host(): string {
    return this.#host;
  }

  get url(): string {
    return `http://${this.#host}`;
  }

  /** So many requests (default: all from now on) to a path like this meet a fault. */
  plan(path: RegExp, fault: GoogleFault, times = Number.POSITIVE_INFINITY): void {
    this.#faults.push({ path, fault, left: times });
  }

  /** No more faults. */
  mend(): void {
    this.#faults.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const request: GoogleRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      bearer: /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1],
      body: await text(incoming),
    };
    this.requests.push(`${request.method} ${request.path}`);
    const planned = this.#faults.find(({ path, left }) => left > 0 && path.test(request.path));
    if (planned) planned.left -= 1;
    if (planned?.fault === 'hang') return;
    if (planned?.fault === 'reset') {
      incoming.socket.destroy();
      return;
    }
    const answer = planned?.fault ?? this.#answer(request);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }

  #answer(request: GoogleRequest): GoogleAnswer {
    for (const service of this.#services) {
      const answer = service(request);
      if (answer !== undefined) return answer;
    }
    return googleError(404, 'NOT_FOUND', `nobody answers ${request.path}`);
  }
}
