// What the page shows of the state, the instance, the queue and the history, and when.

import { follow, request } from "./connection.js";
import { copy, historyEntries, historyText, named, queueEntries } from "./lists.js";
import { $, TOLERANCE, address, age, duration, element, put, say, setClockOffset, time, updateAges, withoutDurations } from "./text.js";

const QUEUE_INTERVAL = 5000;
const HISTORY_INTERVAL = 30000;
// Longer than the service caches the candidate queue.
const LISTS_AGAIN = 1500;
const QUEUE_TIMEOUT = 8000;
const SHORT_HISTORY = 12;
const COPIED_SHOWN = 2000;

const shown = {
  kind: "loading",
  data: {},
  role: null,
  election: null,
  connection: { live: false, lost: false, answeredAt: null, refusal: null },
  lease: { seconds: 0, longest: 0, own: 0 },
  problem: "",
  clockOffset: 0,
  queue: null,
  history: [],
  wholeHistory: false,
};

// --------------------------------------------------------------------------------------------------------------- state

function showState() {
  const { kind, data, connection } = shown;
  document.body.dataset.state = kind;
  $("label").textContent = !connection.lost || kind === "loading" ? "Master" : kind === "master" ? "Last known master" : "Last known state";
  if (kind === "master") {
    $("master").replaceChildren(address(data.master));
    $("facts").replaceChildren(
      element("span", "", element("span", "term", "epoch "), element("b", "", String(data.epoch))),
      element(
        "span",
        "",
        element("span", "term", "since "),
        time(data.since),
        connection.lost ? null : age(data.since, ", for ", ""),
      ),
      data.role === "MASTER" ? element("b", "", "this instance") : "",
    );
  } else {
    $("master").textContent = { "no-master": "No master", unknown: "Unknown" }[kind] ?? "…";
    $("facts").replaceChildren();
  }
  showDetail();
  showLastMaster();
  showInstance();
  showQueue();
  showTab();
}

/** Why there is no master, or why it is unknown. How long ago a lease lapsed is shown with the last master, and kept up to date. */
function showDetail() {
  const { kind, data, problem } = shown;
  const detail = data.detail ?? "";
  put("detail", kind === "no-master" ? withoutDurations(detail) : detail);
  // A problem that is part of the detail is shown once.
  put("problem", withoutDurations(detail).includes(withoutDurations(problem)) ? "" : "Problem: " + problem);
}

/** While no master is shown, the last one that this instance saw. */
function showLastMaster() {
  const { kind, history } = shown;
  const wanted = kind === "no-master" || kind === "unknown";
  const index = wanted ? history.findLastIndex((change) => change.epoch !== null) : -1;
  $("last").hidden = index < 0;
  if (index >= 0) {
    const { master, epoch } = history[index];
    const end = history[index + 1];
    $("last").replaceChildren(
      "Last known master: ",
      named(master),
      ", epoch " + epoch,
      ...(end ? [", until ", time(end.at), age(end.at, ", ", " ago")] : []),
    );
  }
}

function showInstance() {
  const { data, connection } = shown;
  const role = shown.role ?? data.role;
  if (!role) {
    return;
  }
  $("self").replaceChildren(address(data.self));
  $("role").dataset.role = connection.lost ? "UNKNOWN" : role;
  $("role").textContent = connection.lost ? "was " + role : role;
  $("lease-name").textContent = role === "MASTER" ? leaseName() : "Valid for";
  $("lease").replaceChildren(...lease(role));
}

/** The lease with its length, which is the longest rest seen: a renewal leaves all of it. */
function leaseName() {
  const { own } = shown.lease;
  return own && !shown.connection.lost ? "Lease of " + (Math.ceil(own * 10) / 10).toFixed(1) + " s" : "Lease";
}

/** How long the role is valid without a further answer from ZooKeeper. */
function lease(role) {
  const { seconds, longest, own } = shown.lease;
  if (shown.connection.lost) {
    return ["unknown"];
  }
  const left = seconds.toFixed(1) + " s";
  if (role === "UNKNOWN") {
    return [left];
  }
  // A master renews its lease at every fifth. The others see a renewal at every half, or more often; that there is no master is
  // valid for half a lease at most.
  return seconds < (role === "MASTER" ? 0.5 * own : shown.kind === "master" ? 0.35 * longest : 0)
    ? [left + ", ", element("strong", "warn", "running out: not renewed")]
    : [left + (role === "MASTER" ? " left, renewed in time" : " without ZooKeeper")];
}

function showTab() {
  const { kind, data, connection, election } = shown;
  const role = shown.role ?? data.role;
  put("election", election ? "Election " + election : "");
  if (!role) {
    document.title = connection.lost ? "NO CONTACT · MasterLatch" : "MasterLatch";
    return;
  }
  const word = connection.lost ? "NO CONTACT" : kind === "no-master" ? "NO MASTER" : role;
  document.title = [word, election, data.self].filter(Boolean).join(" · ");
  const icon = "page/" + (connection.lost ? "lost" : role.toLowerCase()) + ".svg";
  if ($("icon").getAttribute("href") !== icon) {
    $("icon").setAttribute("href", icon);
  }
}

/** Announces a change to screen readers; the loss of contact as an alert, once. */
function announce() {
  const { kind, data, connection } = shown;
  say("alert", connection.lost ? "No contact with this instance. The data shown may be out of date." : "");
  if (!connection.lost) {
    say(
      "announcement",
      kind === "master"
        ? data.master + " is master, epoch " + data.epoch + ". This instance is " + data.role + "."
        : withoutDurations(data.detail ?? ""),
    );
  }
}

// ---------------------------------------------------------------------------------------------------------- connection

function showConnection() {
  const { live, lost, answeredAt, refusal } = shown.connection;
  document.body.dataset.connection = lost ? "lost" : live ? "live" : answeredAt === null ? "connecting" : "polling";
  put("connection", lost ? "no contact" : live ? "live" : answeredAt === null ? "connecting" : "polling every few seconds");
  put("notice", refusal && !lost ? "No event stream; this page polls every few seconds. Reason: " + refusal + "." : "");
  $("lost").hidden = !lost;
  if (lost && answeredAt === null) {
    put("lost", "This instance does not answer. Retrying …");
  } else if (lost) {
    $("lost").replaceChildren(
      "No contact with this instance for " + duration(Date.now() - answeredAt) + ". The data below is from ",
      time(new Date(answeredAt + shown.clockOffset).toISOString()),
      " and may be out of date. Retrying …",
    );
  }
}

// --------------------------------------------------------------------------------------------------------------- lists

async function requestLists() {
  await Promise.all([requestQueue(), requestHistory()]);
}

async function requestQueue() {
  try {
    const { status, body } = await request("candidates", QUEUE_TIMEOUT);
    shown.queue = status === 200 ? { candidates: body.candidates } : { problem: body.detail };
  } catch {
    // The connection shows the loss of contact.
    return;
  }
  showQueue();
}

async function requestHistory() {
  try {
    const { status, body } = await request("master/history");
    if (status !== 200) {
      return;
    }
    shown.history = body.history;
  } catch {
    return;
  }
  showHistory();
  showLastMaster();
}

/** Returns a function that draws again only when its arguments are others, so that a selection or focus stays. */
function redrawing(draw) {
  let drawn = null;
  return (...values) => {
    const key = JSON.stringify(values);
    if (key !== drawn) {
      drawn = key;
      draw(...values);
    }
  };
}

function showQueue() {
  if (shown.queue) {
    drawQueue(shown.queue, shown.kind, shown.data.self);
  }
}

const drawQueue = redrawing(({ candidates = [], problem }, kind, self) => {
  const masterIsThere = candidates.some((candidate) => candidate.role === "MASTER");
  const note = candidates.length === 0 ? "There are no candidates." : kind === "master" && !masterIsThere ? "The master is not in this queue." : "";
  put("queue-note", problem ?? note);
  $("queue").replaceChildren(...queueEntries(candidates, self));
});

function showHistory() {
  drawHistory(shown.history, shown.wholeHistory);
}

const drawHistory = redrawing((history, whole) => {
  const entries = historyEntries(history);
  put("history-note", entries.length === 0 ? "No changes since its start." : "");
  $("history").replaceChildren(...(whole ? entries : entries.slice(0, SHORT_HISTORY)));
  $("copy").hidden = entries.length === 0;
  put("fold", entries.length <= SHORT_HISTORY ? "" : whole ? "Show the latest " + SHORT_HISTORY : "Show all " + entries.length);
  $("fold").setAttribute("aria-expanded", whole);
});

$("fold").addEventListener("click", () => {
  shown.wholeHistory = !shown.wholeHistory;
  showHistory();
});

$("copy").addEventListener("click", async () => {
  const { data, election, history } = shown;
  const title = ["MasterLatch history", election, data.self].filter(Boolean).join(" · ");
  await copy(historyText(title, history));
  put("copy", "Copied");
  say("announcement", "The history is copied.");
  setTimeout(() => put("copy", "Copy"), COPIED_SHOWN);
});

// -------------------------------------------------------------------------------------------------------------- events

setInterval(() => {
  updateAges();
  showConnection();
}, 1000);

// The queue changes by itself; the history rarely changes without the state.
setInterval(() => document.hidden || requestQueue(), QUEUE_INTERVAL);
setInterval(() => document.hidden || requestHistory(), HISTORY_INTERVAL);

follow({
  state(kind, data) {
    const before = shown.data;
    const changed = kind !== shown.kind || withoutDurations(JSON.stringify(data)) !== withoutDurations(JSON.stringify(before));
    if (data.epoch !== before.epoch) {
      // The new lease may have another length.
      shown.lease = { ...shown.lease, longest: 0, own: 0 };
    }
    shown.role = data.role;
    shown.kind = kind;
    shown.data = data;
    if (!changed) {
      showDetail();
      return false;
    }
    showState();
    announce();
    requestLists();
    setTimeout(requestLists, LISTS_AGAIN);
    return true;
  },

  role(answer) {
    const seconds = answer.knownForSeconds;
    shown.role = answer.role;
    shown.election = answer.election;
    shown.lease = {
      seconds,
      longest: Math.max(shown.lease.longest, seconds),
      own: answer.role === "MASTER" ? Math.max(shown.lease.own, seconds) : 0,
    };
    shown.data = { ...shown.data, self: answer.self };
    shown.problem = answer.problem ?? "";
    put("warning", answer.warning ? "Warning: " + answer.warning : "");
    showDetail();
    showInstance();
    showTab();
  },

  clock(millis) {
    // The header has whole seconds.
    const offset = millis + 500 - Date.now();
    if (Math.abs(offset - shown.clockOffset) > TOLERANCE) {
      shown.clockOffset = Math.abs(offset) > TOLERANCE ? offset : 0;
      setClockOffset(shown.clockOffset);
    }
    const difference = shown.clockOffset;
    put(
      "clock",
      difference === 0
        ? ""
        : "The clock of this device is " +
            duration(Math.abs(difference)) +
            (difference < 0 ? " ahead of" : " behind") +
            " the instance's. Ages on this page are by the instance's clock.",
    );
  },

  connection(state) {
    const changed = state.lost !== shown.connection.lost;
    shown.connection = state;
    showConnection();
    if (changed) {
      showState();
      announce();
      requestLists();
    }
  },
});

requestLists();
