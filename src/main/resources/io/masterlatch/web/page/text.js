// Elements, addresses, times and durations. Addresses, causes and details come from ZooKeeper, where any client may have
// written them: they become text, never markup.

/** Clocks closer than this count as equal, since an answer's header Date has whole seconds. */
export const TOLERANCE = 2000;

// Durations in a detail, such as "lapsed 120 ms ago", differ in each answer. A new duration is no change of state.
const DURATIONS = / (?:\d+(?:\.\d+)? m?s ago|in \d+ s|for \d+ s)\b/g;

let clockOffset = 0;

export const $ = (id) => document.getElementById(id);

/** Creates an element; null content is left out. */
export function element(tag, className, ...content) {
  const created = document.createElement(tag);
  created.className = className;
  created.append(...content.filter((part) => part !== null));
  return created;
}

/** Creates an address that may wrap after its dots and before its port. */
export function address(text) {
  const whole = element("bdi", "address");
  text.split(/(?<=\.)|(?=:\d+$)/).forEach((part, index) => {
    whole.append(...(index ? [document.createElement("wbr"), part] : [part]));
  });
  return whole;
}

/** Sets a text. An equal text is not set again, so that it stays selected and a screen reader reads it once. */
export function say(id, text) {
  if ($(id).textContent !== text) {
    $(id).textContent = text;
  }
}

/** Sets a text, and hides the element while the text is empty. */
export function put(id, text) {
  $(id).hidden = !text;
  say(id, text);
}

export function withoutDurations(text) {
  return text.replace(DURATIONS, "");
}

/** Returns a duration in its largest units; it does not wrap. */
export function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const words =
    seconds < 60
      ? [seconds, "s"]
      : minutes < 60
        ? [minutes, "min"]
        : hours < 48
          ? [hours, "h", minutes % 60, "min"]
          : [Math.floor(hours / 24), "days"];
  return words.join("\u00a0");
}

/** Sets by how much the instance's clock is ahead of this device's. */
export function setClockOffset(millis) {
  clockOffset = millis;
}

/** Returns the present time by the instance's clock. */
export function now() {
  return Date.now() + clockOffset;
}

/** Creates a time in UTC and, where that is another one, in the time zone of the browser. The date is left out where it is clear. */
export function time(iso) {
  const millis = Date.parse(iso);
  const zone = -new Date(millis).getTimezoneOffset() * 60000;
  const [day, clock] = dayAndClock(millis);
  const [localDay, localClock] = dayAndClock(millis + zone);
  const [today] = dayAndClock(now());
  const created = element("time", "", element("span", "part", (day === today ? "" : day + " ") + clock + " UTC"));
  created.dateTime = iso;
  if (zone !== 0) {
    created.append(" ", element("span", "part local", "(" + (localDay === day ? "" : localDay + " ") + localClock + " local)"));
  }
  return created;
}

function dayAndClock(millis) {
  const [day, clock] = new Date(millis).toISOString().split("T");
  return [day, clock.slice(0, 8)];
}

/** Creates an age, which updateAges() keeps up to date. A time ahead of the instance's clock shows that clocks differ. */
export function age(iso, before, after) {
  const created = element("span", "age");
  created.dataset.since = iso;
  created.dataset.before = before;
  created.dataset.after = after;
  updateAge(created);
  return created;
}

export function updateAges() {
  document.querySelectorAll("[data-since]").forEach(updateAge);
}

function updateAge(shown) {
  const millis = now() - Date.parse(shown.dataset.since);
  shown.textContent =
    millis < -TOLERANCE
      ? ", by a clock that is " + duration(-millis) + " ahead of this instance's"
      : shown.dataset.before + duration(millis) + shown.dataset.after;
}
