// What the page shows. Addresses, causes and details come from ZooKeeper, where any client may have written them: they become
// text, never markup.

import { ask, follow } from "./link.js";

const LINE_PACE = 5000;
const HISTORY_PACE = 30000;
// Longer than the service keeps the candidate queue.
const LISTS_AGAIN = 1500;
const LINE_PATIENCE = 8000;
const SHORT_HISTORY = 12;
const TOLERANCE = 2000;
// Times in a detail, such as "lapsed 120 ms ago", are other ones in each answer: that is no news.
const TIMES = / (?:\d+(?:\.\d+)? m?s ago|in \d+ s|for \d+ s)\b/g;

const WORDS = { MASTER: "MASTER", STANDBY: "STANDBY", OBSERVER: "OBSERVER", UNKNOWN: "CANNOT TELL" };

const shown = {
  kind: "asking",
  data: {},
  role: null,
  election: null,
  link: { live: false, lost: false, heard: null, refusal: null },
  lease: { seconds: 0, longest: 0, own: 0 },
  offset: 0,
  line: null,
  history: [],
  wholeHistory: false,
};

const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------------- text

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content.filter((part) => part !== null));
  return made;
}

/** An address as text that may be broken after its dots and before its port. */
function address(text) {
  const whole = element("bdi", "address");
  text.split(/(?<=\.)|(?=:\d+$)/).forEach((part, number) => {
    whole.append(...(number ? [document.createElement("wbr"), part] : [part]));
  });
  return whole;
}

function span(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) {
    return seconds + " s";
  }
  if (minutes < 60) {
    return minutes + " min";
  }
  return hours < 48 ? hours + " h " + (minutes % 60) + " min" : Math.floor(hours / 24) + " days";
}

/** Now, by the clock of the instance, as far as its answers tell it. */
function now() {
  return Date.now() + shown.offset;
}

function clock(millis) {
  const [day, time] = new Date(millis).toISOString().split("T");
  const today = new Date(now()).toISOString().startsWith(day);
  return (today ? "" : day + " ") + time.slice(0, 8) + " UTC";
}

function time(iso) {
  const made = element("time", "", clock(Date.parse(iso)));
  made.dateTime = iso;
  made.title = iso + ", here " + new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "long" });
  return made;
}

/** How long ago, kept up to date. A time ahead of the instance's clock has no age, but tells that clocks differ. */
function age(iso, before, after) {
  const made = element("span", "age");
  made.dataset.since = iso;
  made.dataset.before = before;
  made.dataset.after = after;
  tellAge(made);
  return made;
}

function tellAge(made) {
  const millis = now() - Date.parse(made.dataset.since);
  made.textContent =
    millis < -TOLERANCE
      ? ", by a clock that is " + span(-millis) + " ahead of this instance's"
      : made.dataset.before + span(millis) + made.dataset.after;
}

/** Words without the times in them. */
function timeless(text) {
  return text.replace(TIMES, "");
}

/** Puts text there only when it is another: what is selected stays so, and screen readers do not repeat it. */
function put(id, text) {
  const place = $(id);
  place.hidden = !text;
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

// --------------------------------------------------------------------------------------------------------------- state

function showState() {
  const { kind, data, link } = shown;
  document.body.dataset.state = kind;
  const label = { "no-master": "Right now", unknown: "Who is master?" }[kind] ?? "Master";
  $("label").textContent = !link.lost || kind === "asking" ? label : kind === "master" ? "Last known master" : "Last heard";
  if (kind === "master") {
    $("master").replaceChildren(address(data.master));
    $("facts").replaceChildren(
      element("span", "", element("span", "what", "epoch "), element("b", "", String(data.epoch))),
      element("span", "", element("span", "what", "since "), time(data.since), link.lost ? null : age(data.since, ", for ", "")),
      data.role === "MASTER" ? element("b", "", "this instance") : "",
    );
  } else {
    $("master").textContent = { "no-master": "No master", unknown: "Cannot tell" }[kind] ?? "Asking …";
    $("facts").replaceChildren();
  }
  showDetail();
  showLast();
  showInstance();
  showLine();
  showTab();
}

/** Why there is no master, or why it cannot be told. How long ago a lease lapsed is shown below, where it is kept up to date. */
function showDetail() {
  const { kind, data } = shown;
  put("detail", kind === "no-master" ? timeless(data.detail ?? "") : (data.detail ?? ""));
}

/** While there is no master to show, the last one that this instance saw. */
function showLast() {
  const { kind, history } = shown;
  const wanted = kind === "no-master" || kind === "unknown";
  const index = wanted ? history.findLastIndex((change) => change.epoch !== null) : -1;
  $("last").hidden = index < 0;
  if (index >= 0) {
    const { master, epoch } = history[index];
    const end = history[index + 1];
    $("last").replaceChildren(
      "The last master that it saw: ",
      master === null ? "one without a readable address" : address(master),
      ", epoch " + epoch,
      ...(end ? [", until ", time(end.at), age(end.at, ", ", " ago")] : []),
    );
  }
}

function showInstance() {
  const { data, link } = shown;
  const role = shown.role ?? data.role;
  if (!role) {
    return;
  }
  $("self").replaceChildren(address(data.self));
  $("role").dataset.role = link.lost ? "UNKNOWN" : role;
  $("role").textContent = link.lost ? "was " + WORDS[role] : WORDS[role];
  $("lease-name").textContent = { MASTER: leaseName(), UNKNOWN: "Can tell" }[role] ?? "Can tell for";
  $("lease").replaceChildren(...lease(role));
}

/** The lease with its length, which is the longest rest seen: a renewal leaves all of it. */
function leaseName() {
  const { own } = shown.lease;
  return own && !shown.link.lost ? "Lease of " + (Math.ceil(own * 10) / 10).toFixed(1) + " s" : "Lease";
}

/** How long the role holds without a further answer from ZooKeeper. */
function lease(role) {
  const { seconds, longest, own, until } = shown.lease;
  if (shown.link.lost) {
    return ["not known"];
  }
  if (role === "UNKNOWN") {
    return ["not now"];
  }
  const left = element("span", "", seconds.toFixed(1) + " s");
  left.title = until ? "until " + new Date(until).toISOString() + " unless renewed" : "";
  // A master renews it at every fifth. The others look for renewals at every half, or more often; that there is no master holds
  // for half a lease at most.
  return seconds < (role === "MASTER" ? 0.5 * own : shown.kind === "master" ? 0.35 * longest : 0)
    ? [left, ", ", element("span", "warn", "running out: not renewed")]
    : [left, role === "MASTER" ? " left, kept renewed" : " more without ZooKeeper"];
}

function showTab() {
  const { kind, data, link } = shown;
  const role = shown.role ?? data.role;
  if (!role) {
    document.title = link.lost ? "NO CONTACT · MasterLatch" : "MasterLatch";
    return;
  }
  const word = link.lost ? "NO CONTACT" : kind === "no-master" ? "NO MASTER" : WORDS[role];
  document.title = [word, shown.election, data.self].filter(Boolean).join(" · ");
  const icon = "page/" + (link.lost ? "lost" : role.toLowerCase()) + ".svg";
  if ($("icon").getAttribute("href") !== icon) {
    $("icon").setAttribute("href", icon);
  }
}

function announce() {
  const { kind, data, link } = shown;
  const words = link.lost
    ? "No contact with this instance. What is shown may be old."
    : kind === "master"
      ? data.master + " is master, epoch " + data.epoch + ". This instance is " + WORDS[data.role] + "."
      : timeless(data.detail ?? "");
  if ($("announcement").textContent !== words) {
    $("announcement").textContent = words;
  }
}

// ---------------------------------------------------------------------------------------------------------------- link

function showLink() {
  const { link } = shown;
  const how = link.lost ? "lost" : link.live ? "live" : "asking";
  document.body.dataset.link = how;
  const heardAgo = link.heard === null ? "" : span(Date.now() - link.heard);
  put(
    "link",
    how === "lost" ? "no contact" : how === "live" ? "live" : link.heard === null ? "connecting" : "asking every few seconds",
  );
  put(
    "lost",
    how !== "lost"
      ? ""
      : link.heard === null
        ? "This instance does not answer. Trying again …"
        : "Stream lost: no contact with this instance for " +
          heardAgo +
          ". What follows is from " +
          clock(link.heard + shown.offset) +
          " and may be old. Trying again …",
  );
  put("notice", link.refusal && !link.lost ? "No event stream, so this page asks every few seconds. " + link.refusal + "." : "");
}

// --------------------------------------------------------------------------------------------------------------- lists

async function showLists() {
  await Promise.all([fetchLine(), fetchHistory()]);
}

async function fetchLine() {
  try {
    const { status, body } = await ask("candidates", LINE_PATIENCE);
    shown.line = status === 200 ? { candidates: body.candidates } : { problem: body.detail };
  } catch {
    // That there is no contact is told elsewhere.
    return;
  }
  showLine();
}

let drawnLine = "";

function showLine() {
  if (!shown.line) {
    return;
  }
  const { candidates = [], problem } = shown.line;
  const { kind, data } = shown;
  const drawn = JSON.stringify([shown.line, kind, data.self]);
  if (drawn === drawnLine) {
    return;
  }
  drawnLine = drawn;
  const next = candidates.findIndex((candidate) => candidate.role === "STANDBY" && candidate.place > 0);
  const holder = candidates.some((candidate) => candidate.role === "MASTER");
  put(
    "line-note",
    problem ?? (candidates.length === 0 ? "There are no candidates." : kind === "master" && !holder ? "The master is not in this queue." : ""),
  );
  $("line").replaceChildren(...candidates.map((candidate, index) => entry(candidate, index === next)));
}

/** The holder of the lease has place 0: the others are counted from the one that is next. */
function entry(candidate, isNext) {
  const own = candidate.address !== null && candidate.address === shown.data.self;
  return element(
    "li",
    candidate.role === "MASTER" ? "holder" : "",
    element("span", "place", candidate.place > 0 ? candidate.place + "." : "–"),
    element(
      "div",
      "",
      element(
        "p",
        "who",
        candidate.address === null ? element("span", "address", "without a readable address") : address(candidate.address),
        " ",
        candidate.role === "MASTER" ? element("span", "tag master", "master") : null,
        isNext ? element("span", "tag next", "next") : null,
        own ? element("span", "tag", "this instance") : null,
      ),
      element("p", "when", "in the queue since ", time(candidate.since), ", ", element("span", "session", "session " + candidate.session)),
    ),
  );
}

async function fetchHistory() {
  try {
    const { status, body } = await ask("master/history");
    if (status !== 200) {
      return;
    }
    shown.history = body.history;
  } catch {
    return;
  }
  showHistory();
  showLast();
}

let drawnHistory = "";

function showHistory() {
  const { history, wholeHistory } = shown;
  const drawn = JSON.stringify([history, wholeHistory]);
  if (drawn === drawnHistory) {
    return;
  }
  drawnHistory = drawn;
  put("history-note", history.length === 0 ? "Nothing yet, since it started." : "");
  const master = (index) => history.slice(0, index).findLast((change) => change.epoch !== null);
  const events = history.map((change, index) => happened(change, master(index))).reverse();
  const few = wholeHistory ? events : events.slice(0, SHORT_HISTORY);
  $("history").replaceChildren(...few);
  put("more", few.length < events.length ? "Show all " + events.length : "");
}

/** One entry of the timeline: what an operator would call it, and the cause in the service's own words. */
function happened(change, lastMaster) {
  const known = change.to !== "UNKNOWN";
  const kind = !known ? "unknown" : change.epoch === null ? "no-master" : "master";
  return element(
    "li",
    "is-" + kind,
    element("p", "event", ...headline(change, kind, lastMaster)),
    element("p", "cause", change.cause),
    element("p", "when", time(change.at), age(change.at, ", ", " ago")),
  );
}

function headline(change, kind, lastMaster) {
  if (kind === "unknown") {
    return [change.from === "MASTER" ? "No longer master: it could not tell" : "Could not tell any more"];
  }
  if (kind === "no-master") {
    return [change.from === "UNKNOWN" ? "Connected: there was no master" : "There was no master"];
  }
  const epoch = ", epoch " + change.epoch;
  const same = lastMaster?.epoch === change.epoch;
  if (change.to === "MASTER" && !(same && change.from === "MASTER")) {
    // The lease of a master that renews it late, before another takes over, goes on in the same epoch.
    return ["This instance " + (same ? "was still" : "became") + " master" + epoch];
  }
  const who = change.master === null ? "one without a readable address" : address(change.master);
  if (same && lastMaster.master !== change.master) {
    return ["The master's address became ", who, epoch];
  }
  if (change.from === "UNKNOWN") {
    return ["Found ", who, same ? " still master" : " as master", epoch];
  }
  return change.master === null ? ["Master: ", who, epoch] : [who, " became master", epoch];
}

// ----------------------------------------------------------------------------------------------------------- following

$("more").addEventListener("click", () => {
  shown.wholeHistory = true;
  showHistory();
});

setInterval(() => {
  document.querySelectorAll("[data-since]").forEach(tellAge);
  showLink();
}, 1000);

// The queue changes by itself; the history, seldom without a change of the state.
setInterval(() => document.hidden || fetchLine(), LINE_PACE);
setInterval(() => document.hidden || fetchHistory(), HISTORY_PACE);

follow({
  /** Returns whether this is news. */
  state(kind, data) {
    const before = shown.data;
    const news = kind !== shown.kind || timeless(JSON.stringify(data)) !== timeless(JSON.stringify(before));
    if (data.epoch !== before.epoch) {
      // Another lease, perhaps of another length.
      shown.lease = { ...shown.lease, longest: 0, own: 0 };
    }
    shown.role = data.role;
    shown.kind = kind;
    shown.data = data;
    if (!news) {
      showDetail();
      return false;
    }
    showState();
    announce();
    showLists();
    setTimeout(showLists, LISTS_AGAIN);
    return true;
  },

  role(answer, asked) {
    const seconds = answer.knownForSeconds;
    shown.role = answer.role;
    shown.election = answer.election;
    shown.lease = {
      seconds,
      longest: Math.max(shown.lease.longest, seconds),
      own: answer.role === "MASTER" ? Math.max(shown.lease.own, seconds) : 0,
      // From when it was asked for: it must not be later than the end of the lease.
      until: Date.now() - (performance.now() - asked) + seconds * 1000,
    };
    shown.data = { ...shown.data, self: answer.self };
    showInstance();
    showTab();
  },

  clock(millis) {
    // It comes in whole seconds.
    const offset = millis + 500 - Date.now();
    if (Math.abs(offset - shown.offset) > TOLERANCE) {
      shown.offset = Math.abs(offset) > TOLERANCE ? offset : 0;
    }
    const ahead = shown.offset < 0;
    put(
      "clock",
      Math.abs(shown.offset) > TOLERANCE
        ? "The clock of this device is " +
            span(Math.abs(shown.offset)) +
            (ahead ? " ahead of" : " behind") +
            " the instance's. Times here are reckoned by the instance's."
        : "",
    );
  },

  link(how) {
    const turned = how.lost !== shown.link.lost;
    shown.link = how;
    showLink();
    if (turned) {
      showState();
      announce();
      showLists();
    }
  },
});

showLists();
