// The connection of the page to its instance: the event stream of GET /master, and a poll at an interval. A stream alone does
// not distinguish an idle instance from a frozen one.

const INTERVAL = 2000;
const HIDDEN_INTERVAL = 15000;
const LONGEST_INTERVAL = 15000;
const TIMEOUT = 4000;
// A tab in the background closes its stream after this time: browsers have six connections for all tabs of one address.
const HIDDEN_STREAM = 60000;
const FIRST_RETRY = 1000;
const LAST_RETRY = 30000;

const JSON_TYPES = "application/json, application/problem+json";
const PROBLEM = "urn:masterlatch:problem:";
const STATES = ["master", "no-master", "unknown"];

/** Sends a request to the instance. An answer that is not from MasterLatch, such as the error page of a proxy, is an error. */
export async function request(path, timeout = TIMEOUT) {
  const response = await fetch(path, {
    headers: { Accept: JSON_TYPES },
    cache: "no-store",
    signal: AbortSignal.timeout(timeout),
  });
  const body = await response.json();
  if (!response.ok && !String(body.type).startsWith(PROBLEM)) {
    throw new Error("HTTP " + response.status);
  }
  return { status: response.status, body, date: Date.parse(response.headers.get("Date")) };
}

/**
 * Follows the instance while the page is open. The listener has four methods: state(kind, data) gets "master", "no-master" or
 * "unknown" and the event's data, and returns whether that is a change; role(answer) gets an answer of GET /role;
 * clock(millis) gets the instance's time; connection(state) is called at each change of the connection.
 */
export function follow(listener) {
  const connection = { live: false, lost: false, answeredAt: null, refusal: null };
  let events = 0;
  let eventMissing = false;
  let failures = 0;
  let polling = false;
  let interval = INTERVAL;
  let timer;
  let stream = null;
  let streamTimer;
  let streamFailures = 0;
  let hiddenTimer;

  function update(change) {
    Object.assign(connection, change);
    listener.connection({ ...connection });
  }

  /** Returns whether contact was lost before this answer. */
  function answered() {
    failures = 0;
    const wasLost = connection.lost;
    update({ lost: false, answeredAt: Date.now() });
    return wasLost;
  }

  async function requestState() {
    const eventsBefore = events;
    const [role, master] = await Promise.all([request("role"), request("master")]);
    if (role.status !== 200) {
      throw new Error("HTTP " + role.status);
    }
    if (answered()) {
      // The old stream may be half-open.
      reopen();
    }
    listener.clock(role.date);
    listener.role(role.body);
    // A lease of one or two seconds is polled at a third of its length.
    interval = Math.min(INTERVAL, Math.max(500, (role.body.knownForSeconds * 1000) / 3));
    if (eventsBefore === events) {
      // Otherwise the event is newer than this answer.
      eventMissing = listener.state(...stateOf(master)) && connection.live;
    }
  }

  async function poll() {
    clearTimeout(timer);
    if (polling) {
      return;
    }
    polling = true;
    try {
      if (eventMissing) {
        // The stream did not bring the last change.
        eventMissing = false;
        reopen();
      }
      await requestState();
    } catch {
      failures += 1;
      update({ lost: true });
    } finally {
      polling = false;
    }
    const usual = document.hidden ? HIDDEN_INTERVAL : interval;
    timer = setTimeout(poll, Math.max(usual, Math.min(LONGEST_INTERVAL, failures * INTERVAL)));
  }

  async function open() {
    clearTimeout(streamTimer);
    const own = new AbortController();
    stream = own;
    let refusal = null;
    const timeout = setTimeout(() => own.abort(), TIMEOUT);
    try {
      const response = await fetch("master", {
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        signal: own.signal,
      });
      if (!response.ok || !String(response.headers.get("Content-Type")).startsWith("text/event-stream")) {
        const problem = await response.json();
        refusal = problem.detail ?? "HTTP " + response.status;
      } else {
        await read(response.body, (kind, data) => {
          clearTimeout(timeout);
          if (stream !== own) {
            return;
          }
          if (!STATES.includes(kind)) {
            refusal = data.detail ?? kind;
            return;
          }
          streamFailures = 0;
          events += 1;
          eventMissing = false;
          update({ live: true, refusal: null });
          answered();
          listener.state(kind, data);
        });
      }
    } catch {
      // The stream ended or did not open. It is opened again below.
    } finally {
      clearTimeout(timeout);
    }
    if (stream === own) {
      stream = null;
      update({ live: false, refusal });
      const delay = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** streamFailures);
      streamFailures += 1;
      // With jitter, so that not all pages return to a restarted instance at once.
      streamTimer = setTimeout(open, delay * (0.75 + Math.random() / 2));
      poll();
    }
  }

  function close() {
    clearTimeout(streamTimer);
    const old = stream;
    stream = null;
    old?.abort();
    update({ live: false, refusal: null });
  }

  function reopen() {
    close();
    streamFailures = 0;
    open();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) {
      hiddenTimer = setTimeout(close, HIDDEN_STREAM);
    } else {
      poll();
      if (!stream) {
        reopen();
      }
    }
  });
  addEventListener("online", poll);

  open();
  poll();
}

function stateOf({ status, body }) {
  if (status === 200) {
    return ["master", body];
  }
  const { self, role, detail } = body;
  return [status === 404 ? "no-master" : "unknown", { self, role, detail }];
}

/** Reads events, as the service writes them, until the stream ends. */
async function read(body, listener) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => [line.split(":", 1)[0], line.slice(line.indexOf(":") + 2)]));
      if (fields.has("event")) {
        listener(fields.get("event"), JSON.parse(fields.get("data")));
      }
    }
  }
}
