/** How times, numbers and states are written. Pure. */

/** @param {number} seconds */
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor(s / 3600) % 24} h`;
}

/** @param {number} seconds */
export function left(seconds) {
  if (seconds <= 0) return 'expired';
  const s = Math.ceil(seconds);
  return s < 60 ? `${s} s left` : `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s left`;
}

/**
 * Time since the beginning of a story, as fine as it matters.
 * @param {number} milliseconds
 */
export function offset(milliseconds) {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(1)} s`;
  return `+${age(ms / 1000)}${ms < 3_600_000 ? ` ${Math.floor(ms / 1000) % 60} s` : ''}`;
}

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/**
 * In the reader's zone, and as the server wrote it.
 * @param {string} iso
 */
export function exact(iso) {
  return `${EXACT.format(new Date(iso))}\n${iso}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** @param {string} iso */
export function moment(iso) {
  return CLOCK.format(new Date(iso));
}

/** @param {number | null | undefined} share from 0 to 1 */
export function percent(share) {
  return share == null ? '–' : `${Math.round(share * 100)} %`;
}

/** @typedef {'good' | 'bad' | 'warn' | 'ask' | 'active' | 'quiet'} Tone a colour and the sign that goes with it */

/** @type {Record<string, Tone>} */
const TONES = {
  awaiting_approval: 'ask', resolved: 'good', escalated: 'warn', failed: 'bad', closed: 'quiet', waiting: 'quiet',
};

/**
 * @param {string} state
 * @returns {Tone}
 */
export function tone(state) {
  return TONES[state] ?? 'active';
}

/** @param {string} name */
export function words(name) {
  return name.replaceAll('_', ' ');
}

/**
 * @param {number} count
 * @param {string} one
 */
export function plural(count, one) {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
