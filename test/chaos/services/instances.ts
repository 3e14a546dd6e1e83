import type { FunctionProcess } from '../../cluster/support/function-process.ts';
import type { DeathPoint } from '../functions/death-point.ts';
import type { Orders } from '../functions/orders.ts';
import type { ServiceName } from '../schedule/actions.ts';

/** How long after SIGTERM an instance is killed, as on Cloud Run. */
const graceMs = 10_000;
/** From a start that has failed to the next one. */
const restartMs = 2_000;

/** How instances are made, and who hears of them. */
export interface InstancesOptions {
  service: ServiceName;
  /** Starts the so many-th instance, from 1. */
  start: (instance: number) => Promise<FunctionProcess>;
  /** The point at which it has died, if it has at one. */
  deathOf: (instance: number) => Promise<DeathPoint | undefined>;
  /** An instance could not be started or has died by itself, which is not chaos' doing. */
  failed: (why: string) => void;
}

interface Instance {
  number: number;
  running: FunctionProcess;
  /** Takes no new requests. */
  isLeaving: boolean;
  /** The chaos has told it to end. */
  isDoomed: boolean;
}

/** The processes of one function: as many as are wanted; one that dies is replaced at once. */
export class Instances {
  readonly #options: InstancesOptions;
  readonly #instances = new Set<Instance>();
  readonly #deaths = new Map<DeathPoint, () => void>();
  readonly #starting = new Set<Promise<void>>();
  #wanted = 0;
  #started = 0;
  #next = 0;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** How many have been started so far. */
  get started(): number {
    return this.#started;
  }

  /** Changes how many there should be; resolves when those that are missing have been started. */
  async scale(wanted: number): Promise<void> {
    this.#wanted = wanted;
    const surplus = this.#serving().slice(wanted);
    for (const instance of surplus) this.#terminate(instance);
    this.#fill();
    await Promise.all(this.#starting);
  }

  /** One that takes requests and has room, each in its turn; undefined when there is none now. */
  choose(hasRoom: (pid: number) => boolean = () => true): FunctionProcess | undefined {
    const serving = this.#serving().filter(({ running }) => hasRoom(running.pid));
    this.#next += 1;
    return serving.at(this.#next % Math.max(1, serving.length))?.running;
  }

  /** Kills one at once. */
  kill(draw: number): boolean {
    return this.#with(draw, instance => this.#kill(instance));
  }

  /** SIGTERM to one, and after ten seconds the end; another is started meanwhile. */
  terminate(draw: number): boolean {
    return this.#with(draw, instance => {
      this.#terminate(instance);
      this.#fill();
    });
  }

  /** Kills the one with this process id. */
  killPid(pid: number): void {
    for (const instance of this.#instances) if (instance.running.pid === pid) this.#kill(instance);
  }

  /** Whichever instance makes this call next dies there; `met` is told of it. */
  dieAt(death: DeathPoint, met: () => void): void {
    this.#deaths.set(death, met);
    for (const instance of this.#instances) this.#order(instance);
  }

  /** Nobody dies at a point any more, and every instance is replaced by a new one. */
  async renew(wanted: number): Promise<void> {
    this.#deaths.clear();
    for (const instance of this.#instances) {
      this.#order(instance);
      this.#terminate(instance);
    }
    await this.scale(wanted);
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    this.#wanted = 0;
    await Promise.all(this.#starting);
    const ends = [...this.#instances].map(async instance => {
      instance.isDoomed = true;
      await instance.running.kill('SIGKILL');
    });
    await Promise.all(ends);
  }

  #serving(): Instance[] {
    return [...this.#instances].filter(({ isLeaving, running }) => !isLeaving && running.isRunning());
  }

  #with(draw: number, action: (instance: Instance) => void): boolean {
    const serving = this.#serving();
    const [instance] = serving.slice(draw % Math.max(1, serving.length));
    if (instance) action(instance);
    return instance !== undefined;
  }

  #kill(instance: Instance): void {
    instance.isDoomed = true;
    void instance.running.kill('SIGKILL');
  }

  #terminate(instance: Instance): void {
    instance.isLeaving = true;
    instance.isDoomed = true;
    void instance.running.kill('SIGTERM');
    const timer = setTimeout(() => void instance.running.kill('SIGKILL'), graceMs);
    void instance.running.ended.then(() => clearTimeout(timer));
  }

  async #replaceAtEnd(instance: Instance): Promise<void> {
    const { service, deathOf, failed } = this.#options;
    const { code, signal } = await instance.running.ended;
    this.#instances.delete(instance);
    this.#fill();
    const died = await deathOf(instance.number);
    if (died) this.#diedAt(died);
    else if (!instance.isDoomed)
      failed(`instance ${instance.number} of ${service} ended by itself: ${signal ?? code}`);
  }

  #diedAt({ point, moment }: DeathPoint): void {
    for (const [death, met] of this.#deaths) {
      if (death.point !== point || death.moment !== moment) continue;
      this.#deaths.delete(death);
      met();
      break;
    }
    for (const instance of this.#instances) this.#order(instance);
  }

  #order({ running }: Instance): void {
    const orders: Orders = { dieAt: [...this.#deaths.keys()] };
    running.send(orders);
  }

  #fill(): void {
    const missing = this.#wanted - this.#serving().length - this.#starting.size;
    for (let count = 0; count < missing; count++) {
      const starting = this.#start().finally(() => this.#starting.delete(starting));
      this.#starting.add(starting);
    }
  }

  async #start(): Promise<void> {
    const { service, start, failed } = this.#options;
    const number = ++this.#started;
    try {
      const running = await start(number);
      const instance: Instance = { number, running, isLeaving: false, isDoomed: false };
      this.#instances.add(instance);
      this.#order(instance);
      void this.#replaceAtEnd(instance);
    } catch (error) {
      // Not again at once: on a machine that cannot keep up, that would make it worse.
      setTimeout(() => this.#fill(), restartMs).unref();
      failed(`instance ${number} of ${service} did not start: ${String(error)}`);
    }
  }
}
