// The candidate queue and the history as elements, and the history as text.

import { address, age, element, time } from "./text.js";

/** Creates the entries of the queue. The master has position 0; the others count from 1, which is next. */
export function queueEntries(candidates, self) {
  const next = candidates.find((candidate) => candidate.role === "STANDBY" && candidate.position > 0);
  return candidates.map((candidate) => {
    const isMaster = candidate.role === "MASTER";
    const isSelf = candidate.address !== null && candidate.address === self;
    return element(
      "li",
      isMaster ? "master" : "",
      element("span", "position", candidate.position > 0 ? candidate.position + "." : "–"),
      element(
        "div",
        "",
        element(
          "p",
          "candidate",
          linked(candidate),
          " ",
          isMaster ? element("span", "tag master", "master") : null,
          candidate === next ? element("span", "tag next", "next") : null,
          isSelf ? element("span", "tag", "this instance") : null,
        ),
        element(
          "p",
          "meta",
          "in the queue since ",
          time(candidate.since),
          ", ",
          element("span", "part", "session " + candidate.session),
        ),
      ),
    );
  });
}

/** The address, as a link to the candidate's own service if that has a URL of http or https. Any other scheme may be a script. */
function linked(candidate) {
  const shown = named(candidate.address);
  const url = URL.canParse(candidate.url ?? "") ? new URL(candidate.url) : null;
  if (!["http", "https"].includes(url?.protocol.slice(0, -1))) {
    return shown;
  }
  const link = element("a", "", shown);
  link.href = url.href;
  return link;
}

/** Creates the entries of the history, the latest first. */
export function historyEntries(history) {
  const masterBefore = (index) => history.slice(0, index).findLast((change) => change.epoch !== null);
  return history.map((change, index) => historyEntry(change, masterBefore(index))).reverse();
}

/** What changed, in a few words, and the cause in the service's own words. */
function historyEntry(change, masterBefore) {
  const kind = change.role === "UNKNOWN" ? "unknown" : change.epoch === null ? "no-master" : "master";
  return element(
    "li",
    "is-" + kind,
    element("p", "event", ...headline(change, kind, masterBefore)),
    element("p", "cause", change.cause),
    element("p", "meta", time(change.at), age(change.at, ", ", " ago")),
  );
}

function headline(change, kind, masterBefore) {
  if (kind === "unknown") {
    return [change.previousRole === "MASTER" ? "This instance is no longer master; the master is unknown" : "The master is unknown"];
  }
  if (kind === "no-master") {
    return [change.previousRole === "UNKNOWN" ? "Connected: there is no master" : "There is no master"];
  }
  const epoch = element("span", "part", "epoch " + change.epoch);
  const same = masterBefore?.epoch === change.epoch;
  if (change.role === "MASTER" && !(same && change.previousRole === "MASTER")) {
    // A master that renews its lease late, before another instance claims it, keeps its epoch.
    return ["This instance " + (same ? "is still" : "became") + " master, ", epoch];
  }
  const master = named(change.master);
  if (same && masterBefore.master !== change.master) {
    return ["The master's address changed to ", master, ", ", epoch];
  }
  return [master, change.previousRole === "UNKNOWN" ? (same ? " is still" : " is") : " became", " master, ", epoch];
}

/** An address of a candidate or master, which may be null. */
export function named(text) {
  return text === null ? element("span", "address", "an instance without a readable address") : address(text);
}

/** The whole history as text, the oldest first, for a ticket. Times are in UTC with milliseconds. */
export function historyText(title, history) {
  const lines = history.map(({ at, previousRole, role, master, epoch, cause }) => {
    const state = epoch === null ? "" : ", master " + (master ?? "without a readable address") + ", epoch " + epoch;
    return at + " " + previousRole + " -> " + role + state + ": " + cause;
  });
  return [title, ...lines, ""].join("\n");
}

/** Copies a text. A page without TLS has no clipboard of its own, and copies what is selected. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", "visually-hidden");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
