import { addressOf, kinds, latest, type LiveEvent, type Scope } from "./events";

export type LiveStatus = "connecting" | "live" | "polling" | "offline";

/** The part of `EventSource` that is used here. */
export interface Source {
  readonly readyState: number;
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface Ports {
  open: (address: string) => Source;
  /** Whether the server answers at all. */
  isUp: () => Promise<boolean>;
}

export interface Listener {
  onEvents: (events: readonly LiveEvent[]) => void;
  onStatus: (status: LiveStatus) => void;
}

const CLOSED = 2;
const BURST_MS = 50;
const PATIENCE_MS = 4_000;
const LINGER_MS = 2_000;
const LONGEST_MS = 60_000;

/** One stream of events for all who watch the same in this tab. It goes on after the last cursor, and comes again when it is cut. */
export class Feed {
  status: LiveStatus = "connecting";
  private readonly listeners = new Set<Listener>();
  private readonly scope: Scope;
  private readonly ports: Ports;
  private source: Source | null = null;
  private cursor: string | null = null;
  private burst: LiveEvent[] = [];
  private burstTimer: ReturnType<typeof setTimeout> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(scope: Scope, ports: Ports) {
    this.scope = scope;
    this.ports = ports;
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    clearTimeout(this.lingering);
    if (this.source === null) this.open();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.lingering = setTimeout(() => this.pause(), LINGER_MS);
    };
  }

  /** Closes the stream; `resume` opens it again where it stood. */
  pause(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.tell("connecting");
  }

  resume(): void {
    if (this.source === null && this.listeners.size > 0) this.open();
  }

  private open(): void {
    clearTimeout(this.timer);
    this.source?.close();
    const source = this.ports.open(addressOf(this.scope, this.cursor));
    this.source = source;
    source.addEventListener("open", () => this.source === source && this.opened());
    source.addEventListener("error", () => this.source === source && this.failed(source));
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => this.source === source && this.heard(kind, event));
    }
    // A proxy that keeps the stream to itself looks like a connection that never opens.
    this.later(PATIENCE_MS, () => this.status !== "live" && void this.fallBack());
  }

  private opened(): void {
    clearTimeout(this.timer);
    this.failures = 0;
    this.tell("live");
  }

  private failed(source: Source): void {
    clearTimeout(this.timer);
    void this.fallBack();
    // While it is not closed the browser comes again by itself.
    if (source.readyState !== CLOSED) return;
    this.failures += 1;
    this.later(Math.min(LONGEST_MS, 1_000 * 2 ** this.failures), () => this.listeners.size > 0 && this.open());
  }

  private async fallBack(): Promise<void> {
    const source = this.source;
    const isUp = await this.ports.isUp();
    if (this.source === source && (this.status !== "live" || source?.readyState !== 1)) this.tell(isUp ? "polling" : "offline");
  }

  private heard(kind: LiveEvent["kind"], event: MessageEvent<string>): void {
    if (event.lastEventId) this.cursor = event.lastEventId;
    this.burst.push({ kind, data: JSON.parse(event.data) } as LiveEvent);
    this.burstTimer ??= setTimeout(() => this.deliver(), BURST_MS);
  }

  private deliver(): void {
    const events = latest(this.burst);
    this.burst = [];
    this.burstTimer = undefined;
    this.listeners.forEach((listener) => listener.onEvents(events));
  }

  private tell(status: LiveStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.listeners.forEach((listener) => listener.onStatus(status));
  }

  private later(ms: number, action: () => unknown): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, ms);
  }
}
