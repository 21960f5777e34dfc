// Times for people.

/**
 * agoWords returns how long ago something was.
 * @param {number} seconds
 */
export function agoWords(seconds) {
  if (seconds < 1.5) return "just now";
  if (seconds < 90) return Math.round(seconds) + " s ago";
  if (seconds < 5400) return Math.round(seconds / 60) + " min ago";
  if (seconds < 36 * 3600) return Math.round(seconds / 3600) + " h ago";
  return Math.round(seconds / 86400) + " days ago";
}

/**
 * momentWords returns a time with its day, if it is not today's.
 * @param {string} at RFC 3339
 * @param {Date} now
 */
export function momentWords(at, now) {
  const time = new Date(at);
  const clock = time.toLocaleTimeString("en-GB");
  return time.toDateString() === now.toDateString() ? clock : time.toLocaleDateString("en-GB", { day: "numeric", month: "short" }) + ", " + clock;
}
