import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveEvent } from "./events";
import { Feed, type LiveStatus, type Source } from "./Feed";

class FakeSource implements Source {
  readyState = 0;
  isClosed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(kind, listener);
  }

  close(): void {
    this.isClosed = true;
    this.readyState = 2;
  }

  emit(kind: string, data: unknown = null, lastEventId = ""): void {
    this.listeners.get(kind)?.(new MessageEvent(kind, { data: JSON.stringify(data), lastEventId }));
  }

  opens(): void {
    this.readyState = 1;
    this.emit("open");
  }

  breaks(readyState: number): void {
    this.readyState = readyState;
    this.emit("error");
  }
}

let sources: FakeSource[];
let isUp: boolean;
let heard: LiveEvent[][];
let statuses: LiveStatus[];

const last = () => sources.at(-1) ?? expect.fail("no stream was opened");

function watched(): { feed: Feed; leave: () => void } {
  const open = (address: string) => {
    sources.push(new FakeSource(address));
    return last();
  };
  const feed = new Feed({ instance: 7 }, { open, isUp: async () => isUp });
  const leave = feed.subscribe({
    onEvents: (events) => heard.push([...events]),
    onStatus: (status) => statuses.push(status),
  });
  return { feed, leave };
}

beforeEach(() => {
  vi.useFakeTimers();
  [sources, isUp, heard, statuses] = [[], true, [], []];
});
afterEach(() => vi.useRealTimers());

test("a burst is told at once, each thing with its last state", async () => {
  watched();
  last().opens();
  last().emit("step", { id: 1, state: "ready" });
  last().emit("step", { id: 1, state: "running" });
  last().emit("instance", { id: 1, status: "running" }, "7-1");
  await vi.advanceTimersByTimeAsync(60);
  expect(statuses).toEqual(["live"]);
  expect(heard).toEqual([
    [
      { kind: "step", data: { id: 1, state: "running" } },
      { kind: "instance", data: { id: 1, status: "running" } },
    ],
  ]);
});

test("a stream that the server closed is opened again after the last cursor, and is polled meanwhile", async () => {
  watched();
  last().opens();
  last().emit("queue", {}, "9-1");
  last().breaks(2);
  await vi.advanceTimersByTimeAsync(10);
  expect(statuses).toEqual(["live", "polling"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sources).toHaveLength(2);
  expect(last().address).toBe("/events?instance=7&since=9-1");
  last().opens();
  expect(statuses.at(-1)).toBe("live");
});

test("while the server is gone the feed is offline, and it goes on trying", async () => {
  watched();
  isUp = false;
  last().breaks(2);
  await vi.advanceTimersByTimeAsync(10);
  expect(statuses).toEqual(["offline"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sources.length).toBeGreaterThan(1);
});

test("a stream that never opens is polled", async () => {
  watched();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(statuses).toEqual(["polling"]);
});

test("the browser's own second try is not disturbed", async () => {
  watched();
  last().opens();
  last().breaks(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sources).toHaveLength(1);
  expect(statuses).toEqual(["live", "polling"]);
});

test("the stream is closed a little after the last who watches has gone, and not before", async () => {
  const { feed, leave } = watched();
  last().opens();
  leave();
  const again = feed.subscribe({ onEvents: () => undefined, onStatus: () => undefined });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(last().isClosed).toBe(false);
  again();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(last().isClosed).toBe(true);
});

test("a feed that rested goes on where it stood", async () => {
  const { feed } = watched();
  last().opens();
  last().emit("queue", {}, "9-1");
  feed.pause();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(sources).toHaveLength(1);
  feed.resume();
  expect(last().address).toContain("since=9-1");
});

test("who comes back while a lost stream waits for its next try still gets it", async () => {
  const { feed, leave } = watched();
  last().breaks(2);
  leave();
  feed.subscribe({ onEvents: () => undefined, onStatus: () => undefined });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sources.length).toBeGreaterThan(1);
});
