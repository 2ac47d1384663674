// How the page hears of its instance: by the event stream of GET /master, at once, and by asking besides. A stream alone
// would not do: it tells no difference between an instance to which nothing happens and one that is frozen.

const PACE = 2000;
const HIDDEN_PACE = 15000;
const SLOWEST = 15000;
const PATIENCE = 4000;
// A tab that nobody looks at for so long gives its stream back: browsers have six connections for all tabs of one address.
const HIDDEN_STREAM = 60000;
const FIRST_RETRY = 1000;
const LAST_RETRY = 30000;

const JSON_TYPES = "application/json, application/problem+json";
const PROBLEM = "urn:masterlatch:problem:";

/** Asks the instance. Whatever is not its own answer is an error, such as a page of a proxy before it. */
export async function ask(path, patience = PATIENCE) {
  const response = await fetch(path, {
    headers: { Accept: JSON_TYPES },
    cache: "no-store",
    signal: AbortSignal.timeout(patience),
  });
  const body = await response.json();
  if (!response.ok && !String(body.type).startsWith(PROBLEM)) {
    throw new Error("HTTP " + response.status);
  }
  return { status: response.status, body, date: Date.parse(response.headers.get("Date")) };
}

/**
 * Follows the instance for as long as the page is open. The hearer has four methods: state(kind, data) is called with
 * "master", "no-master" or "unknown" and the event's data, role(data, asked) with an answer of GET /role and when it was asked
 * for by performance.now(), clock(millis) with the instance's time, and link(how) at each change of how it is heard of.
 */
export function follow(hearer) {
  const link = { live: false, lost: false, heard: null, refusal: null };
  let events = 0;
  let owed = false;
  let failures = 0;
  let looking = false;
  let pace = PACE;
  let timer;
  let stream = null;
  let streamTimer;
  let streamFailures = 0;
  let hiddenTimer;

  function told(change) {
    Object.assign(link, change);
    hearer.link({ ...link });
  }

  function heard() {
    failures = 0;
    const back = link.lost;
    told({ lost: false, heard: Date.now() });
    return back;
  }

  async function look() {
    const before = events;
    const asked = performance.now();
    const [role, master] = await Promise.all([ask("role"), ask("master")]);
    if (role.status !== 200) {
      throw new Error("HTTP " + role.status);
    }
    if (heard()) {
      // Half a stream may be left of the time before.
      reopen();
    }
    hearer.clock(role.date);
    hearer.role(role.body, asked);
    // Of a lease of a second or two, the next look is still to see something.
    pace = Math.min(PACE, Math.max(500, (role.body.knownForSeconds * 1000) / 3));
    if (before === events) {
      // What an event has told meanwhile is newer.
      owed = hearer.state(...kindOf(master)) && link.live;
    }
  }

  async function keepLooking() {
    clearTimeout(timer);
    if (looking) {
      return;
    }
    looking = true;
    try {
      if (owed) {
        // It should have told the last change long ago.
        owed = false;
        reopen();
      }
      await look();
    } catch {
      failures += 1;
      told({ lost: true });
    } finally {
      looking = false;
    }
    const usual = document.hidden ? HIDDEN_PACE : pace;
    timer = setTimeout(keepLooking, Math.max(usual, Math.min(SLOWEST, failures * PACE)));
  }

  async function open() {
    clearTimeout(streamTimer);
    const own = new AbortController();
    stream = own;
    let refusal = null;
    const hurry = setTimeout(() => own.abort(), PATIENCE);
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
          clearTimeout(hurry);
          if (stream === own) {
            streamFailures = 0;
            events += 1;
            owed = false;
            told({ live: true, refusal: null });
            heard();
            hearer.state(kind, data);
          }
        });
      }
    } catch {
      // It ended, or never began: that is all there is to know.
    } finally {
      clearTimeout(hurry);
    }
    if (stream === own) {
      stream = null;
      told({ live: false, refusal });
      const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** streamFailures);
      streamFailures += 1;
      // Not all pages at once, when an instance is back.
      streamTimer = setTimeout(open, pause * (0.75 + Math.random() / 2));
      keepLooking();
    }
  }

  function close() {
    clearTimeout(streamTimer);
    const old = stream;
    stream = null;
    old?.abort();
    told({ live: false, refusal: null });
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
      keepLooking();
      if (!stream) {
        reopen();
      }
    }
  });
  addEventListener("online", keepLooking);

  open();
  keepLooking();
}

function kindOf({ status, body }) {
  if (status === 200) {
    return ["master", body];
  }
  const { self, role, detail } = body;
  return [status === 404 ? "no-master" : "unknown", { self, role, detail }];
}

/** Reads events, as the service writes them, until the stream ends. */
async function read(body, hear) {
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
        hear(fields.get("event"), JSON.parse(fields.get("data")));
      }
    }
  }
}
